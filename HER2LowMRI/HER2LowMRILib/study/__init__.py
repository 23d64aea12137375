"""Records: the study folder, readings and the views of the roles, without Slicer.

The reader study is entered through `study_folder`:

    study = open_study(folder)            create_study(folder, title, readers) sets one up
    study.protocol                        readers, seed, lexicon, fit, VOI rule
    study.form                            the questions (core/form.py)

    with study.reader("r1") as reader:    ReaderView; StudyLocked if open elsewhere: ask, then take_over=True
        reader.work_list                  WorkItem(position, case_id, state), in this reader's own order
        reader.progress                   (signed off, all)
        reader.next_case_id()
        reader.about                      title, created, fit, features, ...; each view has it
        case = reader.open_case(case_id)  CaseReading    everything acknowledged is on the disk
        case.images                       CaseImages: dwi, adc, d_app, k_app, t2, dce, b_values, further_maps
        case.state, case.is_open          not_started, in_progress, signed_off, amending, amended
        case.answers, case.set_answer(item_id, value)
        case.comment, case.set_comment(text)
        case.save_voi({"lesion": mask, ...}, grid), case.save_voi_file(file), case.voi_path
        case.step_time("voi", seconds), case.step_seconds
        case.propose_exclusion(reason)
        case.missing_for_sign_off(), case.sign_off(), case.amend(reason), case.signed
        case.restored_changes             > 0 after a crash: changes brought back from the log

    with study.adjudicator() as desk:     AdjudicatorView: cases signed off by all, what differs, sides
    with study.coordinator() as office:   CoordinatorView: cases, pathology, exclusions, states
        office.exclude(case_id, reason), office.include(case_id)
        office.remove(case_id, reason), office.restore(case_id, reason), office.erase(case_id, reason)

Who reaches what is decided by what these objects hold, not by what a window hides:

    reader        own readings, images
    adjudicator   signed-off readings of both readers as sides A and B, images
    coordinator   everything

Files, from the ground up: change_log (hash-chained JSON lines), session_lock (one writer per folder), record_file
(state and log), case_ids and pseudonyms (names), case_list (cases.csv), reading_order, readings, reader_view,
adjudication and adjudicator_view, removed_cases, coordinator_view, study_folder; same_images and patient_identity
for the images of a case.
"""
