<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>AdjudicationPage</name>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Double-click opens a case</source>
        <translation>Doppelklick öffnet einen Fall</translation>
    </message>
    <message>
        <source>Next case</source>
        <translation>Nächster Fall</translation>
    </message>
    <message>
        <source>Optional</source>
        <translation>Optional</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>Unentschieden</translation>
    </message>
    <message>
        <source>VOI</source>
        <translation>VOI</translation>
    </message>
    <message>
        <source>VOI of A</source>
        <translation>VOI von A</translation>
    </message>
    <message>
        <source>VOI of B</source>
        <translation>VOI von B</translation>
    </message>
    <message>
        <source>Whose VOI the row is made from</source>
        <translation>Aus wessen VOI die Zeile entsteht</translation>
    </message>
</context>
<context>
    <name>AnalysisPage</name>
    <message>
        <source>Analyse</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>Group comparisons, models, ROC, agreement; results go to the folder "analysis" beside the features</source>
        <translation>Gruppenvergleiche, Modelle, ROC, Übereinstimmung; Ergebnisse kommen in den Ordner „analysis“ neben den Merkmalen</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>Bericht öffnen</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Table in the view beside</source>
        <translation>Tabelle in der Ansicht daneben</translation>
    </message>
    <message>
        <source>Tables 1 to 4 and S2 to S5 in journal style as tables.docx, figures as SVG, PDF, PNG and TIFF, beside the report</source>
        <translation>Tabellen 1 bis 4 und S2 bis S5 im Stil einer Zeitschrift als tables.docx, Abbildungen als SVG, PDF, PNG und TIFF, neben dem Bericht</translation>
    </message>
    <message>
        <source>Word tables</source>
        <translation>Word-Tabellen</translation>
    </message>
    <message>
        <source>features.csv of an export, or any CSV with its columns</source>
        <translation>features.csv eines Exports oder jede CSV mit diesen Spalten</translation>
    </message>
    <message>
        <source>readings.csv of an export, for the agreement of the readers; may be empty</source>
        <translation>readings.csv eines Exports, für die Übereinstimmung der Befunder; darf leer sein</translation>
    </message>
</context>
<context>
    <name>CohortPage</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Bring back the case that is marked below, as it was; an erased one cannot come back</source>
        <translation>Holt den unten markierten Fall zurück, wie er war; ein gelöschter kommt nicht wieder</translation>
    </message>
    <message>
        <source>CSV or .xlsx with case or patient ids; a template comes from her2lowmri study template</source>
        <translation>CSV oder .xlsx mit Fall- oder Patienten-IDs; eine Vorlage gibt her2lowmri study template</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>DICOM objects name the patient (hospital's archive)</source>
        <translation>DICOM nennt den Patienten (Klinikarchiv)</translation>
    </message>
    <message>
        <source>Exclude case</source>
        <translation>Ausschließen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>Exportieren nach</translation>
    </message>
    <message>
        <source>File names give b-values (dwi_b800.nrrd)</source>
        <translation>Dateinamen nennen b-Werte (dwi_b800.nrrd)</translation>
    </message>
    <message>
        <source>Folder for the tables</source>
        <translation>Ordner für die Tabellen</translation>
    </message>
    <message>
        <source>HER2</source>
        <translation>HER2</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Nobody may have the study open meanwhile; Restore brings the case back as it was</source>
        <translation>Niemand darf die Studie dabei offen haben; Zurückholen bringt den Fall wieder, wie er war</translation>
    </message>
    <message>
        <source>None of them</source>
        <translation>Keine davon</translation>
    </message>
    <message>
        <source>Only where nothing in the file does; never of DICOM images</source>
        <translation>Nur wo nichts in der Datei es tut; nie bei DICOM-Bildern</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Otherwise each case gets a pseudonym made from the patient id</source>
        <translation>Sonst erhält jeder Fall ein Pseudonym aus der Patienten-ID</translation>
    </message>
    <message>
        <source>Pathology of the marked case</source>
        <translation>Pathologie des markierten Falls</translation>
    </message>
    <message>
        <source>Put the readers' remarks into readings.csv as typed; read them before you pass the tables on</source>
        <translation>Anmerkungen der Befunder wie getippt in readings.csv schreiben; vor dem Weitergeben lesen</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>Befunde</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>Entfernt</translation>
    </message>
    <message>
        <source>Removed cases</source>
        <translation>Entfernte Fälle</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Rolle</translation>
    </message>
    <message>
        <source>Say what would change; nothing is written</source>
        <translation>Sagen, was sich ändern würde; nichts wird geschrieben</translation>
    </message>
    <message>
        <source>Segmentation, structured report and parametric maps of every signed reading, for an archive or other software</source>
        <translation>Segmentierung, strukturierter Bericht und parametrische Karten jedes freigegebenen Befunds, für ein Archiv oder andere Software</translation>
    </message>
    <message>
        <source>State patient and study as the images do; otherwise the pseudonym of the study and new UIDs, for research</source>
        <translation>Patient und Studie wie in den Bildern nennen; sonst Pseudonym der Studie und neue UIDs, für die Forschung</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>The case has no such images</source>
        <translation>Der Fall hat keine solchen Bilder</translation>
    </message>
    <message>
        <source>The folders have pseudonyms: keep their names</source>
        <translation>Die Ordner tragen Pseudonyme: Namen behalten</translation>
    </message>
    <message>
        <source>The marked series are it: one, both sides, or the series of all phases</source>
        <translation>Die markierten Serien sind es: eine, beide Seiten oder die Serien aller Phasen</translation>
    </message>
    <message>
        <source>Use the marked</source>
        <translation>Markierte nehmen</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>What is taken over</source>
        <translation>Was übernommen wird</translation>
    </message>
    <message>
        <source>Which images</source>
        <translation>Welche Bilder</translation>
    </message>
    <message>
        <source>Why, for the log; no name</source>
        <translation>Warum, für das Protokoll; kein Name</translation>
    </message>
    <message>
        <source>Write DICOM</source>
        <translation>DICOM schreiben</translation>
    </message>
    <message>
        <source>with remarks as typed (may name a person)</source>
        <translation>mit Anmerkungen (evtl. mit Namen)</translation>
    </message>
</context>
<context>
    <name>DescriptorsPage</name>
    <message>
        <source>1–8 answer · 9 not assessable · ⌫ clear</source>
        <translation>1–8 · 9 nicht beurteilbar · ⌫ leeren</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Draw a line</source>
        <translation>Linie ziehen</translation>
    </message>
    <message>
        <source>Hottest voxels again</source>
        <translation>Wieder stärkste Voxel</translation>
    </message>
    <message>
        <source>Line and size as they were before</source>
        <translation>Linie und Größe wie zuvor</translation>
    </message>
    <message>
        <source>Mark T2</source>
        <translation>T2 markieren</translation>
    </message>
    <message>
        <source>Measured beside the answers</source>
        <translation>Gemessen neben den Antworten</translation>
    </message>
    <message>
        <source>More descriptors</source>
        <translation>Weitere Deskriptoren</translation>
    </message>
    <message>
        <source>Optional questions: location, kinetics, associated features</source>
        <translation>Freiwillige Fragen: Lage, Kinetik, Begleitbefunde</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>Frage</translation>
    </message>
    <message>
        <source>Take the curve where the VOI enhances most, not where it was moved</source>
        <translation>Die Kurve dort nehmen, wo das VOI am stärksten anreichert, nicht wohin sie verschoben wurde</translation>
    </message>
    <message>
        <source>Takes the line away, and the size that it gave</source>
        <translation>Nimmt die Linie weg und die Größe, die sie ergab</translation>
    </message>
    <message>
        <source>Then click both ends of the longest diameter, in any view</source>
        <translation>Dann beide Enden des längsten Durchmessers anklicken, in jeder Ansicht</translation>
    </message>
    <message>
        <source>Then click into the lesion and into the pectoral muscle, on T2</source>
        <translation>Dann auf T2 in die Läsion und in den Pektoralmuskel klicken</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>FeaturesPage</name>
    <message>
        <source>Column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>Darkest part again</source>
        <translation>Wieder dunkelste Stelle</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>Map whose histogram is shown</source>
        <translation>Karte, deren Histogramm gezeigt wird</translation>
    </message>
    <message>
        <source>Mark a cell to see the histogram of its map</source>
        <translation>Eine Zelle markieren, um das Histogramm ihrer Karte zu sehen</translation>
    </message>
    <message>
        <source>Row as it will be exported</source>
        <translation>Zeile, wie sie exportiert wird</translation>
    </message>
    <message>
        <source>Save row as CSV…</source>
        <translation>Zeile als CSV sichern…</translation>
    </message>
    <message>
        <source>Signal decay</source>
        <translation>Signalabfall</translation>
    </message>
    <message>
        <source>The darkest disc inside the VOI on the ADC map, away from its edge, as the EUSOBI consensus asks (Eur Radiol 2020;30:1436). Drag its mark to move it</source>
        <translation>Die dunkelste Kreisfläche im VOI auf der ADC-Karte, abseits des Rands, wie der EUSOBI-Konsens es verlangt (Eur Radiol 2020;30:1436). Ihre Marke lässt sich verschieben</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Where the measured signal is taken</source>
        <translation>Wo das gemessene Signal abgelesen wird</translation>
    </message>
</context>
<context>
    <name>HER2LowMRI</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Keys and help (F1)</source>
        <translation>Tasten und Hilfe (F1)</translation>
    </message>
    <message>
        <source>Methods after Shen et al., Tomography 2025;11(3):31, doi:10.3390/tomography11030031.</source>
        <translation>Methoden nach Shen et al., Tomography 2025;11(3):31, doi:10.3390/tomography11030031.</translation>
    </message>
    <message>
        <source>Next case (Ctrl+N)</source>
        <translation>Nächster Fall (Ctrl+N)</translation>
    </message>
    <message>
        <source>Previous case (Ctrl+P)</source>
        <translation>Vorheriger Fall (Ctrl+P)</translation>
    </message>
    <message>
        <source>Reader study of breast MRI and HER2 expression: ADC, D_app and K_app maps from multi-b diffusion MRI, VOI, BI-RADS descriptors, sign-off, adjudication and export. Research software, no medical device. Keys: Ctrl+Enter next step, Ctrl+N and Ctrl+P next and previous case, digits answer the form, F1 all keys.</source>
        <translation>Befundungsstudie zu Mamma-MRT und HER2-Expression: ADC-, D_app- und K_app-Karten aus Multi-b-Diffusion, VOI, BI-RADS-Deskriptoren, Freigabe, Drittbefundung und Export. Forschungssoftware, kein Medizinprodukt. Tasten: Ctrl+Enter nächster Schritt, Ctrl+N und Ctrl+P nächster und vorheriger Fall, Ziffern beantworten das Formular, F1 alle Tasten.</translation>
    </message>
    <message>
        <source>Research software, no medical device.</source>
        <translation>Forschungssoftware, kein Medizinprodukt.</translation>
    </message>
    <message>
        <source>Time on this case [min:s]</source>
        <translation>Zeit an diesem Fall [min:s]</translation>
    </message>
    <message>
        <source>To the next step (Ctrl+Enter)</source>
        <translation>Zum nächsten Schritt (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>To the step before</source>
        <translation>Zum Schritt davor</translation>
    </message>
</context>
<context>
    <name>HER2LowMRI.lexicon</name>
    <message>
        <source>0 – incomplete</source>
        <translation>0 – unvollständig</translation>
    </message>
    <message>
        <source>1 – negative</source>
        <translation>1 – unauffällig</translation>
    </message>
    <message>
        <source>1 – none</source>
        <translation>1 – keines</translation>
    </message>
    <message>
        <source>2 – benign</source>
        <translation>2 – gutartig</translation>
    </message>
    <message>
        <source>2 – peritumoral</source>
        <translation>2 – peritumoral</translation>
    </message>
    <message>
        <source>3 – prepectoral</source>
        <translation>3 – präpektoral</translation>
    </message>
    <message>
        <source>3 – probably benign</source>
        <translation>3 – wahrscheinlich gutartig</translation>
    </message>
    <message>
        <source>4 – subcutaneous</source>
        <translation>4 – subkutan</translation>
    </message>
    <message>
        <source>4 – suspicious</source>
        <translation>4 – suspekt</translation>
    </message>
    <message>
        <source>5 – highly suggestive of malignancy</source>
        <translation>5 – hochgradig malignitätsverdächtig</translation>
    </message>
    <message>
        <source>50 % to 100 %.</source>
        <translation>50 % bis 100 %.</translation>
    </message>
    <message>
        <source>6 – known malignancy</source>
        <translation>6 – gesicherter Krebs</translation>
    </message>
    <message>
        <source>A breast implant on the side of the index lesion.</source>
        <translation>Ein Brustimplantat auf der Seite der Indexläsion.</translation>
    </message>
    <message>
        <source>A dot of enhancement, mostly under 5 mm, too small to have a shape or margin.</source>
        <translation>Ein anreichernder Punkt, meist unter 5 mm, zu klein für Form oder Rand.</translation>
    </message>
    <message>
        <source>A large area, at least a quadrant, that does not follow one duct system.</source>
        <translation>Ein großes Areal, mindestens ein Quadrant, das nicht einem Gangsystem folgt.</translation>
    </message>
    <message>
        <source>A line of silicone just inside the capsule.</source>
        <translation>Eine Linie aus Silikon unmittelbar innerhalb der Kapsel.</translation>
    </message>
    <message>
        <source>A local bulge.</source>
        <translation>Eine örtliche Vorwölbung.</translation>
    </message>
    <message>
        <source>A lymph node inside the breast.</source>
        <translation>Ein Lymphknoten in der Brust.</translation>
    </message>
    <message>
        <source>A mass and non-mass enhancement that touch each other or are evidently one disease (an item of the paper, not of BI-RADS).</source>
        <translation>Eine Raumforderung und ein nicht raumforderndes Enhancement, die sich berühren oder offensichtlich eine Krankheit sind (aus der Arbeit, nicht aus BI-RADS).</translation>
    </message>
    <message>
        <source>A mass that does not enhance.</source>
        <translation>Eine Raumforderung, die nicht anreichert.</translation>
    </message>
    <message>
        <source>A result class of the guideline of 2013; not a result any more since 2018.</source>
        <translation>Eine Ergebnisklasse der Leitlinie von 2013; seit 2018 kein Ergebnis mehr.</translation>
    </message>
    <message>
        <source>A rim, strand or area of fluid-like T2 signal lies in the tissue next to the lesion and is not a cyst, duct or vessel.</source>
        <translation>Ein Saum, Streifen oder Areal mit flüssigkeitsähnlichem T2-Signal liegt im Gewebe neben der Läsion und ist keine Zyste, kein Gang und kein Gefäß.</translation>
    </message>
    <message>
        <source>A signal is at or above the clipping value of the image.</source>
        <translation>Ein Signal erreicht oder übersteigt den Höchstwert des Bilds.</translation>
    </message>
    <message>
        <source>A signal is zero, negative, infinite or not a number: no map has a value here.</source>
        <translation>Ein Signal ist null, negativ, unendlich oder keine Zahl: keine Karte hat hier einen Wert.</translation>
    </message>
    <message>
        <source>A triangle or cone with its tip towards the nipple, as a duct system spreads.</source>
        <translation>Ein Dreieck oder Kegel mit der Spitze zur Mamille, wie ein Gangsystem sich ausbreitet.</translation>
    </message>
    <message>
        <source>ADC is not in (0, adc_max].</source>
        <translation>ADC liegt nicht in (0, adc_max].</translation>
    </message>
    <message>
        <source>ASCO/CAP 2007.</source>
        <translation>ASCO/CAP 2007.</translation>
    </message>
    <message>
        <source>ASCO/CAP 2013.</source>
        <translation>ASCO/CAP 2013.</translation>
    </message>
    <message>
        <source>ASCO/CAP 2018.</source>
        <translation>ASCO/CAP 2018.</translation>
    </message>
    <message>
        <source>ASCO/CAP 2023, which keeps the rules of 2018.</source>
        <translation>ASCO/CAP 2023, mit den Regeln von 2018.</translation>
    </message>
    <message>
        <source>ASCO/CAP guideline by which the laboratory reported.</source>
        <translation>ASCO/CAP-Leitlinie, nach der das Labor befundet hat.</translation>
    </message>
    <message>
        <source>Abnormal enhancement of thickened skin.</source>
        <translation>Auffälliges Enhancement verdickter Haut.</translation>
    </message>
    <message>
        <source>Abnormal enhancement reaches into ribs or intercostal space, beyond the pectoralis.</source>
        <translation>Auffälliges Enhancement reicht in Rippen oder Interkostalraum, jenseits des Pektoralis.</translation>
    </message>
    <message>
        <source>Abnormal enhancement reaches into the pectoralis muscle.</source>
        <translation>Auffälliges Enhancement reicht in den Musculus pectoralis.</translation>
    </message>
    <message>
        <source>Abnormal implant contour</source>
        <translation>Auffällige Implantatkontur</translation>
    </message>
    <message>
        <source>Abnormal lymph nodes of the axilla: enlarged, rounded, thick cortex or lost hilum.</source>
        <translation>Auffällige Lymphknoten der Axilla: vergrößert, rund, dicke Rinde oder Hilus verloren.</translation>
    </message>
    <message>
        <source>About a half to three quarters of normal tissue enhances.</source>
        <translation>Etwa die Hälfte bis drei Viertel des normalen Gewebes reichern an.</translation>
    </message>
    <message>
        <source>About a quarter to a half of normal tissue enhances.</source>
        <translation>Etwa ein Viertel bis die Hälfte des normalen Gewebes reichert an.</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>Age at the MRI, in completed years.</source>
        <translation>Alter bei der MRT, in vollendeten Jahren.</translation>
    </message>
    <message>
        <source>Alike in both breasts.</source>
        <translation>In beiden Brüsten gleich.</translation>
    </message>
    <message>
        <source>Along a line, straight or branching, as a duct runs.</source>
        <translation>Entlang einer Linie, gerade oder verzweigt, wie ein Gang verläuft.</translation>
    </message>
    <message>
        <source>Amount of fibroglandular tissue</source>
        <translation>Menge an fibroglandulärem Gewebe</translation>
    </message>
    <message>
        <source>An enhancing benign lesion of the skin.</source>
        <translation>Eine anreichernde gutartige Läsion der Haut.</translation>
    </message>
    <message>
        <source>Antibody clone</source>
        <translation>Antikörperklon</translation>
    </message>
    <message>
        <source>Antibody clone of the HER2 immunohistochemistry, as 4B5 or HercepTest.</source>
        <translation>Antikörperklon der HER2-Immunhistochemie, etwa 4B5 oder HercepTest.</translation>
    </message>
    <message>
        <source>Any area inside the lesion is visibly as bright as, or brighter than, fluid or vessels on fat-suppressed T2.</source>
        <translation>Ein Teil der Läsion ist auf fettgesättigtem T2 sichtbar so hell wie Flüssigkeit oder Gefäße, oder heller.</translation>
    </message>
    <message>
        <source>Any other build.</source>
        <translation>Jeder andere Aufbau.</translation>
    </message>
    <message>
        <source>Any other filling.</source>
        <translation>Jede andere Füllung.</translation>
    </message>
    <message>
        <source>Any other guideline.</source>
        <translation>Jede andere Leitlinie.</translation>
    </message>
    <message>
        <source>Architectural distortion</source>
        <translation>Architekturstörung</translation>
    </message>
    <message>
        <source>Asked for, not yet reported.</source>
        <translation>Angefordert, noch nicht befundet.</translation>
    </message>
    <message>
        <source>Assessment</source>
        <translation>Beurteilung</translation>
    </message>
    <message>
        <source>Associated features</source>
        <translation>Begleitbefunde</translation>
    </message>
    <message>
        <source>At least 1 % of tumour nuclei stain.</source>
        <translation>Mindestens 1 % der Tumorzellkerne sind gefärbt.</translation>
    </message>
    <message>
        <source>At least one abnormal node.</source>
        <translation>Mindestens ein auffälliger Lymphknoten.</translation>
    </message>
    <message>
        <source>At least one focus besides the index lesion.</source>
        <translation>Mindestens ein Fokus neben der Indexläsion.</translation>
    </message>
    <message>
        <source>At least one.</source>
        <translation>Mindestens einer.</translation>
    </message>
    <message>
        <source>Average HER2 signals per tumour cell.</source>
        <translation>Mittlere Zahl der HER2-Signale je Tumorzelle.</translation>
    </message>
    <message>
        <source>Axillary adenopathy</source>
        <translation>Axilläre Adenopathie</translation>
    </message>
    <message>
        <source>BI-RADS assessment</source>
        <translation>BI-RADS-Kategorie</translation>
    </message>
    <message>
        <source>Background parenchymal enhancement</source>
        <translation>Hintergrundanreicherung (BPE)</translation>
    </message>
    <message>
        <source>Ball-shaped, circular in every plane.</source>
        <translation>Kugelförmig, in jeder Ebene kreisrund.</translation>
    </message>
    <message>
        <source>Bean-shaped, with hilum and thin cortex.</source>
        <translation>Bohnenförmig, mit Hilus und dünner Rinde.</translation>
    </message>
    <message>
        <source>Behind the gland, before the pectoralis muscle.</source>
        <translation>Hinter der Drüse, vor dem Musculus pectoralis.</translation>
    </message>
    <message>
        <source>Behind the nipple, deeper than the subareolar region.</source>
        <translation>Hinter der Mamille, tiefer als die subareoläre Region.</translation>
    </message>
    <message>
        <source>Behind the pectoralis muscle.</source>
        <translation>Hinter dem Musculus pectoralis.</translation>
    </message>
    <message>
        <source>Benign finding.</source>
        <translation>Gutartiger Befund.</translation>
    </message>
    <message>
        <source>Border between mass and surrounding tissue on the early post-contrast images.</source>
        <translation>Grenze zwischen Raumforderung und Umgebung auf den frühen Bildern nach Kontrastmittel.</translation>
    </message>
    <message>
        <source>Breast</source>
        <translation>Brust</translation>
    </message>
    <message>
        <source>Breast edema score</source>
        <translation>Brustödem-Score</translation>
    </message>
    <message>
        <source>Breast of the index lesion.</source>
        <translation>Brust der Indexläsion.</translation>
    </message>
    <message>
        <source>Breast tissue that reaches towards the axilla.</source>
        <translation>Brustgewebe, das zur Axilla hin reicht.</translation>
    </message>
    <message>
        <source>Bright duct contents on T1-weighted images before contrast.</source>
        <translation>Heller Ganginhalt auf T1-gewichteten Bildern vor Kontrastmittel.</translation>
    </message>
    <message>
        <source>Cancer proven by biopsy.</source>
        <translation>Krebs, durch Biopsie gesichert.</translation>
    </message>
    <message>
        <source>Chest wall invasion</source>
        <translation>Brustwandinvasion</translation>
    </message>
    <message>
        <source>Circumscribed, enhancing, with a fatty hilum, usually near a vessel.</source>
        <translation>Umschrieben, anreichernd, mit Fetthilus, meist nahe einem Gefäß.</translation>
    </message>
    <message>
        <source>Clearly more in one breast.</source>
        <translation>Deutlich mehr in einer Brust.</translation>
    </message>
    <message>
        <source>Clinic</source>
        <translation>Klinik</translation>
    </message>
    <message>
        <source>Clock face</source>
        <translation>Uhrzeit</translation>
    </message>
    <message>
        <source>Collapsed shell seen as curved dark lines in silicone.</source>
        <translation>Kollabierte Hülle, als gebogene dunkle Linien im Silikon zu sehen.</translation>
    </message>
    <message>
        <source>Core needle biopsy.</source>
        <translation>Stanzbiopsie.</translation>
    </message>
    <message>
        <source>Counted again; the values given are the final ones.</source>
        <translation>Nachgezählt; die angegebenen Werte sind die endgültigen.</translation>
    </message>
    <message>
        <source>Counted once.</source>
        <translation>Einmal gezählt.</translation>
    </message>
    <message>
        <source>Course of the signal after the first 2 minutes, or after the curve bends, at the most suspicious part of the lesion.</source>
        <translation>Signalverlauf nach den ersten 2 Minuten oder nach dem Knick der Kurve, am verdächtigsten Teil der Läsion.</translation>
    </message>
    <message>
        <source>Cyst</source>
        <translation>Zyste</translation>
    </message>
    <message>
        <source>D_app is not in (0, d_max], e.g. the signal is constant or rises with b.</source>
        <translation>D_app liegt nicht in (0, d_max], z. B. weil das Signal gleich bleibt oder mit b steigt.</translation>
    </message>
    <message>
        <source>Dark folds that run inwards from the shell; normal.</source>
        <translation>Dunkle Falten, die von der Hülle nach innen laufen; normal.</translation>
    </message>
    <message>
        <source>Date of the HER2 report</source>
        <translation>Datum des HER2-Befunds</translation>
    </message>
    <message>
        <source>Date of the report; stays in the study folder, no export holds a date.</source>
        <translation>Datum des Befunds; bleibt im Studienordner, kein Export enthält ein Datum.</translation>
    </message>
    <message>
        <source>Delayed enhancement</source>
        <translation>Spätes Enhancement</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Diffusion</source>
        <translation>Diffusion</translation>
    </message>
    <message>
        <source>Directly under the areola, in the anterior third.</source>
        <translation>Unmittelbar unter der Areola, im vorderen Drittel.</translation>
    </message>
    <message>
        <source>Distance from the nipple</source>
        <translation>Abstand zur Mamille</translation>
    </message>
    <message>
        <source>Done without a result.</source>
        <translation>Ohne Ergebnis durchgeführt.</translation>
    </message>
    <message>
        <source>Droplets of water inside the silicone.</source>
        <translation>Wassertropfen im Silikon.</translation>
    </message>
    <message>
        <source>Ductal high T1 signal before contrast</source>
        <translation>Hohes T1-Signal der Gänge vor Kontrastmittel</translation>
    </message>
    <message>
        <source>Dynamic</source>
        <translation>Dynamik</translation>
    </message>
    <message>
        <source>ER status of the primary tumour by immunohistochemistry.</source>
        <translation>ER-Status des Primärtumors in der Immunhistochemie.</translation>
    </message>
    <message>
        <source>Edema between breast and pectoralis muscle.</source>
        <translation>Ödem zwischen Brust und Musculus pectoralis.</translation>
    </message>
    <message>
        <source>Edema next to the lesion.</source>
        <translation>Ödem neben der Läsion.</translation>
    </message>
    <message>
        <source>Edema under the skin.</source>
        <translation>Ödem unter der Haut.</translation>
    </message>
    <message>
        <source>Egg-shaped; up to three gentle undulations (lobulated) count as oval.</source>
        <translation>Eiförmig; bis zu drei sanfte Wellen (lobuliert) gelten als oval.</translation>
    </message>
    <message>
        <source>Encapsulated lesion of fat and fibroglandular tissue.</source>
        <translation>Abgekapselte Läsion aus Fett und fibroglandulärem Gewebe.</translation>
    </message>
    <message>
        <source>Enhancement that is neither focus nor mass: no convex outline, normal tissue or fat may lie within it.</source>
        <translation>Enhancement, das weder Fokus noch Raumforderung ist: kein konvexer Umriss, normales Gewebe oder Fett kann darin liegen.</translation>
    </message>
    <message>
        <source>Enhancing tumour reaches into the nipple.</source>
        <translation>Anreichernder Tumor reicht in die Mamille.</translation>
    </message>
    <message>
        <source>Estrogen receptor (ER)</source>
        <translation>Östrogenrezeptor (ER)</translation>
    </message>
    <message>
        <source>Even and confluent.</source>
        <translation>Gleichmäßig und konfluierend.</translation>
    </message>
    <message>
        <source>Even throughout the mass.</source>
        <translation>Gleichmäßig in der ganzen Raumforderung.</translation>
    </message>
    <message>
        <source>Extracapsular silicone</source>
        <translation>Extrakapsuläres Silikon</translation>
    </message>
    <message>
        <source>Faint incomplete membrane staining in more than 10 % of tumour cells.</source>
        <translation>Schwache unvollständige Membranfärbung in mehr als 10 % der Tumorzellen.</translation>
    </message>
    <message>
        <source>Falls by more than 10 %.</source>
        <translation>Fällt um mehr als 10 %.</translation>
    </message>
    <message>
        <source>Farthest extent of edema on fat-suppressed T2-weighted images.</source>
        <translation>Weiteste Ausdehnung des Ödems auf fettgesättigten T2-gewichteten Bildern.</translation>
    </message>
    <message>
        <source>Fat necrosis</source>
        <translation>Fettgewebsnekrose</translation>
    </message>
    <message>
        <source>Fat-containing lesions</source>
        <translation>Fetthaltige Läsionen</translation>
    </message>
    <message>
        <source>Fibroglandular tissue prevails, with fat between it.</source>
        <translation>Fibroglanduläres Gewebe überwiegt, mit Fett dazwischen.</translation>
    </message>
    <message>
        <source>Fluid around the implant.</source>
        <translation>Flüssigkeit um das Implantat.</translation>
    </message>
    <message>
        <source>Foci counted in the breast of the index lesion; 20 stands for 20 and more.</source>
        <translation>Gezählte Foki in der Brust der Indexläsion; 20 steht für 20 und mehr.</translation>
    </message>
    <message>
        <source>Focus or foci</source>
        <translation>Fokus oder Foki</translation>
    </message>
    <message>
        <source>Guideline</source>
        <translation>Leitlinie</translation>
    </message>
    <message>
        <source>HER2 IHC</source>
        <translation>HER2-IHC</translation>
    </message>
    <message>
        <source>HER2 IHC (core biopsy)</source>
        <translation>HER2-IHC (Stanzbiopsie)</translation>
    </message>
    <message>
        <source>HER2 ISH result</source>
        <translation>HER2-ISH-Ergebnis</translation>
    </message>
    <message>
        <source>HER2 ISH result (core biopsy)</source>
        <translation>HER2-ISH-Ergebnis (Stanzbiopsie)</translation>
    </message>
    <message>
        <source>HER2 and chromosome 17 counted together (ratio and copies).</source>
        <translation>HER2 und Chromosom 17 zusammen gezählt (Quotient und Kopien).</translation>
    </message>
    <message>
        <source>HER2 copies per cell</source>
        <translation>HER2-Kopien je Zelle</translation>
    </message>
    <message>
        <source>HER2 copies per cell (core biopsy)</source>
        <translation>HER2-Kopien je Zelle (Stanzbiopsie)</translation>
    </message>
    <message>
        <source>HER2 counted alone (copies).</source>
        <translation>HER2 allein gezählt (Kopien).</translation>
    </message>
    <message>
        <source>HER2 immunohistochemistry score as reported.</source>
        <translation>HER2-Score der Immunhistochemie, wie befundet.</translation>
    </message>
    <message>
        <source>HER2 in situ hybridisation (FISH, CISH, SISH) as the laboratory reported it.</source>
        <translation>HER2-In-situ-Hybridisierung (FISH, CISH, SISH), wie vom Labor befundet.</translation>
    </message>
    <message>
        <source>HER2 signals divided by chromosome 17 signals, dual-probe ISH.</source>
        <translation>HER2-Signale geteilt durch Signale von Chromosom 17, Doppelsonden-ISH.</translation>
    </message>
    <message>
        <source>HER2 test</source>
        <translation>HER2-Test</translation>
    </message>
    <message>
        <source>HER2 test of the core biopsy, where the surgical specimen was tested too</source>
        <translation>HER2-Test der Stanzbiopsie, wenn auch das Operationspräparat getestet wurde</translation>
    </message>
    <message>
        <source>HER2-stained cells</source>
        <translation>HER2-gefärbte Zellen</translation>
    </message>
    <message>
        <source>HER2/CEP17 ratio</source>
        <translation>HER2/CEP17-Quotient</translation>
    </message>
    <message>
        <source>HER2/CEP17 ratio (core biopsy)</source>
        <translation>HER2/CEP17-Quotient (Stanzbiopsie)</translation>
    </message>
    <message>
        <source>Haematoma or seroma after an operation or biopsy.</source>
        <translation>Hämatom oder Serom nach Operation oder Biopsie.</translation>
    </message>
    <message>
        <source>Hamartoma</source>
        <translation>Hamartom</translation>
    </message>
    <message>
        <source>High signal around, not in, the lesion on fat-suppressed T2-weighted images; the paper gives no rule, this is ours.</source>
        <translation>Hohes Signal um die Läsion, nicht in ihr, auf fettgesättigten T2-gewichteten Bildern; die Arbeit gibt keine Regel, diese ist unsere.</translation>
    </message>
    <message>
        <source>High signal inside the lesion on fat-suppressed T2-weighted images; the paper names the sign but gives no rule, this is ours.</source>
        <translation>Hohes Signal in der Läsion auf fettgesättigten T2-gewichteten Bildern; die Arbeit nennt das Zeichen, gibt aber keine Regel, diese ist unsere.</translation>
    </message>
    <message>
        <source>Hour of the index lesion on the clock face, breast seen from the front.</source>
        <translation>Uhrzeit der Indexläsion auf dem Zifferblatt, Brust von vorn gesehen.</translation>
    </message>
    <message>
        <source>How many compartments the implant has.</source>
        <translation>Wie viele Kammern das Implantat hat.</translation>
    </message>
    <message>
        <source>How strongly normal fibroglandular tissue enhances on the first post-contrast images, both breasts together.</source>
        <translation>Wie stark normales fibroglanduläres Gewebe auf den ersten Bildern nach Kontrastmittel anreichert, beide Brüste zusammen.</translation>
    </message>
    <message>
        <source>How the non-mass enhancement is spread in the breast.</source>
        <translation>Wie das nicht raumfordernde Enhancement in der Brust verteilt ist.</translation>
    </message>
    <message>
        <source>ISH probe</source>
        <translation>ISH-Sonde</translation>
    </message>
    <message>
        <source>ISH probe (core biopsy)</source>
        <translation>ISH-Sonde (Stanzbiopsie)</translation>
    </message>
    <message>
        <source>ISH recounted</source>
        <translation>ISH nachgezählt</translation>
    </message>
    <message>
        <source>Implant</source>
        <translation>Implantat</translation>
    </message>
    <message>
        <source>Implant location</source>
        <translation>Lage des Implantats</translation>
    </message>
    <message>
        <source>Implant lumen</source>
        <translation>Kammern des Implantats</translation>
    </message>
    <message>
        <source>Implant material</source>
        <translation>Material des Implantats</translation>
    </message>
    <message>
        <source>In breast tissue.</source>
        <translation>Im Brustgewebe.</translation>
    </message>
    <message>
        <source>In lymph nodes, with or without the breast.</source>
        <translation>In Lymphknoten, mit oder ohne Brust.</translation>
    </message>
    <message>
        <source>Initial enhancement</source>
        <translation>Initiales Enhancement</translation>
    </message>
    <message>
        <source>Intense complete membrane staining all around in more than 10 %.</source>
        <translation>Kräftige vollständige Membranfärbung rundum in mehr als 10 %.</translation>
    </message>
    <message>
        <source>Intracapsular silicone</source>
        <translation>Intrakapsuläres Silikon</translation>
    </message>
    <message>
        <source>Intramammary lymph node</source>
        <translation>Intramammärer Lymphknoten</translation>
    </message>
    <message>
        <source>Intratumoral T2 hyperintensity</source>
        <translation>Intratumorale T2-Hyperintensität</translation>
    </message>
    <message>
        <source>Islands of fibroglandular tissue lie scattered in fat.</source>
        <translation>Inseln aus fibroglandulärem Gewebe liegen verstreut im Fett.</translation>
    </message>
    <message>
        <source>K_app is not in k_range, or undefined because D_app is 0.</source>
        <translation>K_app liegt nicht in k_range oder ist nicht bestimmt, weil D_app 0 ist.</translation>
    </message>
    <message>
        <source>Ki-67</source>
        <translation>Ki-67</translation>
    </message>
    <message>
        <source>Kind of ISH assay.</source>
        <translation>Art des ISH-Tests.</translation>
    </message>
    <message>
        <source>Kind of the index lesion (the largest one) on post-contrast images; decides which of the following questions apply.</source>
        <translation>Art der Indexläsion (der größten) auf Bildern nach Kontrastmittel; entscheidet, welche der folgenden Fragen gelten.</translation>
    </message>
    <message>
        <source>Kinetics</source>
        <translation>Kinetik</translation>
    </message>
    <message>
        <source>Laboratory</source>
        <translation>Labor</translation>
    </message>
    <message>
        <source>Laboratory of the test; stays in the study folder.</source>
        <translation>Labor des Tests; bleibt im Studienordner.</translation>
    </message>
    <message>
        <source>Left breast.</source>
        <translation>Linke Brust.</translation>
    </message>
    <message>
        <source>Lesion</source>
        <translation>Läsion</translation>
    </message>
    <message>
        <source>Lesion size</source>
        <translation>Größe der Läsion</translation>
    </message>
    <message>
        <source>Lesion type</source>
        <translation>Art der Läsion</translation>
    </message>
    <message>
        <source>Lesion with fat inside, of fat signal on all sequences, with or without a rim.</source>
        <translation>Läsion mit Fett im Innern, Fettsignal in allen Sequenzen, mit oder ohne Saum.</translation>
    </message>
    <message>
        <source>Less than 1 % of tumour nuclei stain.</source>
        <translation>Weniger als 1 % der Tumorzellkerne sind gefärbt.</translation>
    </message>
    <message>
        <source>Less than 50 %.</source>
        <translation>Weniger als 50 %.</translation>
    </message>
    <message>
        <source>Likelihood of cancer above 2 % and below 95 %.</source>
        <translation>Krebswahrscheinlichkeit über 2 % und unter 95 %.</translation>
    </message>
    <message>
        <source>Likelihood of cancer at least 95 %.</source>
        <translation>Krebswahrscheinlichkeit mindestens 95 %.</translation>
    </message>
    <message>
        <source>Likelihood of cancer at most 2 %.</source>
        <translation>Krebswahrscheinlichkeit höchstens 2 %.</translation>
    </message>
    <message>
        <source>Lines radiate from any part of the border.</source>
        <translation>Linien strahlen von einem Teil des Rands aus.</translation>
    </message>
    <message>
        <source>Lines without enhancement cross the enhancing mass.</source>
        <translation>Linien ohne Enhancement durchziehen die anreichernde Raumforderung.</translation>
    </message>
    <message>
        <source>Local loss of signal from a clip, coil or other foreign body.</source>
        <translation>Örtlicher Signalverlust durch Clip, Drahtspirale oder anderen Fremdkörper.</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>Lage</translation>
    </message>
    <message>
        <source>Longest diameter of the index lesion on the early post-contrast images, in any plane; the whole extent where a mass comes with NME.</source>
        <translation>Längster Durchmesser der Indexläsion auf den frühen Bildern nach Kontrastmittel, in jeder Ebene; die ganze Ausdehnung, wo eine Raumforderung mit NME vorliegt.</translation>
    </message>
    <message>
        <source>Lower inner quadrant.</source>
        <translation>Unterer innerer Quadrant.</translation>
    </message>
    <message>
        <source>Lower outer quadrant.</source>
        <translation>Unterer äußerer Quadrant.</translation>
    </message>
    <message>
        <source>Lymph node with a fatty hilum in the field of view.</source>
        <translation>Lymphknoten mit Fetthilus im Bildfeld.</translation>
    </message>
    <message>
        <source>Lymph node with fat</source>
        <translation>Lymphknoten mit Fett</translation>
    </message>
    <message>
        <source>Mass</source>
        <translation>Raumforderung</translation>
    </message>
    <message>
        <source>Mass internal enhancement</source>
        <translation>Inneres Enhancement der Raumforderung</translation>
    </message>
    <message>
        <source>Mass margin</source>
        <translation>Rand der Raumforderung</translation>
    </message>
    <message>
        <source>Mass shape</source>
        <translation>Form der Raumforderung</translation>
    </message>
    <message>
        <source>Mean fat-suppressed T2 signal of the lesion divided by that of the pectoralis muscle on the same slice.</source>
        <translation>Mittleres fettgesättigtes T2-Signal der Läsion geteilt durch das des Musculus pectoralis in derselben Schicht.</translation>
    </message>
    <message>
        <source>More imaging needed.</source>
        <translation>Weitere Bildgebung nötig.</translation>
    </message>
    <message>
        <source>More than 100 %.</source>
        <translation>Mehr als 100 %.</translation>
    </message>
    <message>
        <source>More than about three quarters of normal tissue enhances, strongly.</source>
        <translation>Mehr als etwa drei Viertel des normalen Gewebes reichern kräftig an.</translation>
    </message>
    <message>
        <source>More than one filling.</source>
        <translation>Mehr als eine Füllung.</translation>
    </message>
    <message>
        <source>More than one malignant-looking lesion in the same breast; the largest one is read and measured.</source>
        <translation>Mehr als eine malignitätsverdächtige Läsion in derselben Brust; die größte wird befundet und gemessen.</translation>
    </message>
    <message>
        <source>Multifocal or multicentric</source>
        <translation>Multifokal oder multizentrisch</translation>
    </message>
    <message>
        <source>NME distribution</source>
        <translation>Verteilung des NME</translation>
    </message>
    <message>
        <source>NME internal enhancement</source>
        <translation>Inneres Enhancement des NME</translation>
    </message>
    <message>
        <source>Nearly the whole breast is fat.</source>
        <translation>Fast die ganze Brust ist Fett.</translation>
    </message>
    <message>
        <source>Nearly the whole breast is fibroglandular tissue.</source>
        <translation>Fast die ganze Brust ist fibroglanduläres Gewebe.</translation>
    </message>
    <message>
        <source>Neither round nor oval.</source>
        <translation>Weder rund noch oval.</translation>
    </message>
    <message>
        <source>Nipple invasion</source>
        <translation>Mamilleninvasion</translation>
    </message>
    <message>
        <source>Nipple retraction</source>
        <translation>Mamillenretraktion</translation>
    </message>
    <message>
        <source>No area inside the lesion reaches the brightness of fluid or vessels on fat-suppressed T2.</source>
        <translation>Kein Teil der Läsion erreicht auf fettgesättigtem T2 die Helligkeit von Flüssigkeit oder Gefäßen.</translation>
    </message>
    <message>
        <source>No edema.</source>
        <translation>Kein Ödem.</translation>
    </message>
    <message>
        <source>No focus.</source>
        <translation>Kein Fokus.</translation>
    </message>
    <message>
        <source>No membrane staining at all.</source>
        <translation>Gar keine Membranfärbung.</translation>
    </message>
    <message>
        <source>No skin invasion.</source>
        <translation>Keine Hautinvasion.</translation>
    </message>
    <message>
        <source>No staining, or faint incomplete membrane staining in at most 10 % of tumour cells.</source>
        <translation>Keine Färbung oder schwache unvollständige Membranfärbung in höchstens 10 % der Tumorzellen.</translation>
    </message>
    <message>
        <source>No such node seen.</source>
        <translation>Kein solcher Lymphknoten zu sehen.</translation>
    </message>
    <message>
        <source>Non-enhancing architectural distortion</source>
        <translation>Architekturstörung ohne Enhancement</translation>
    </message>
    <message>
        <source>Non-enhancing findings</source>
        <translation>Befunde ohne Enhancement</translation>
    </message>
    <message>
        <source>Non-enhancing mass</source>
        <translation>Raumforderung ohne Enhancement</translation>
    </message>
    <message>
        <source>Non-mass enhancement</source>
        <translation>Nicht raumforderndes Enhancement</translation>
    </message>
    <message>
        <source>None seen.</source>
        <translation>Keine zu sehen.</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>Keine.</translation>
    </message>
    <message>
        <source>Nothing speaks against the voxel.</source>
        <translation>Nichts spricht gegen das Voxel.</translation>
    </message>
    <message>
        <source>Nothing to comment on.</source>
        <translation>Nichts anzumerken.</translation>
    </message>
    <message>
        <source>Number of foci</source>
        <translation>Zahl der Foki</translation>
    </message>
    <message>
        <source>One compartment.</source>
        <translation>Eine Kammer.</translation>
    </message>
    <message>
        <source>One confined area, smaller than a quadrant.</source>
        <translation>Ein begrenztes Areal, kleiner als ein Quadrant.</translation>
    </message>
    <message>
        <source>One lesion in the breast.</source>
        <translation>Eine Läsion in der Brust.</translation>
    </message>
    <message>
        <source>Optional: what lies behind an IHC score of 0.</source>
        <translation>Freiwillig: was hinter einem IHC-Score 0 steht.</translation>
    </message>
    <message>
        <source>Other enhancing findings</source>
        <translation>Weitere anreichernde Befunde</translation>
    </message>
    <message>
        <source>Outer form of the mass in three dimensions.</source>
        <translation>Äußere Form der Raumforderung in drei Dimensionen.</translation>
    </message>
    <message>
        <source>Outline of the implant.</source>
        <translation>Umriss des Implantats.</translation>
    </message>
    <message>
        <source>Overall assessment category; asked for completeness, all lesions of the study are proven cancers.</source>
        <translation>Gesamtkategorie; der Vollständigkeit halber erfragt, alle Läsionen der Studie sind gesicherte Karzinome.</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>Übersicht</translation>
    </message>
    <message>
        <source>PR status of the primary tumour by immunohistochemistry.</source>
        <translation>PR-Status des Primärtumors in der Immunhistochemie.</translation>
    </message>
    <message>
        <source>Pattern of contrast enhancement inside the mass on the early post-contrast images.</source>
        <translation>Muster der Anreicherung in der Raumforderung auf den frühen Bildern nach Kontrastmittel.</translation>
    </message>
    <message>
        <source>Pattern of contrast enhancement inside the non-mass enhancement on the early post-contrast images.</source>
        <translation>Muster der Anreicherung im nicht raumfordernden Enhancement auf den frühen Bildern nach Kontrastmittel.</translation>
    </message>
    <message>
        <source>Pebble-like clumps of enhancement of different form and size, partly confluent.</source>
        <translation>Kieselartige Gruppen von Enhancement verschiedener Form und Größe, teils konfluierend.</translation>
    </message>
    <message>
        <source>Pectoralis muscle invasion</source>
        <translation>Pektoralisinvasion</translation>
    </message>
    <message>
        <source>Peri-implant fluid</source>
        <translation>Flüssigkeit um das Implantat</translation>
    </message>
    <message>
        <source>Peritumoral edema</source>
        <translation>Peritumorales Ödem</translation>
    </message>
    <message>
        <source>Post-therapy skin or trabecular thickening</source>
        <translation>Haut- oder Trabekelverdickung nach Therapie</translation>
    </message>
    <message>
        <source>Postoperative collection</source>
        <translation>Postoperative Flüssigkeit</translation>
    </message>
    <message>
        <source>Postoperative collection with fat</source>
        <translation>Postoperative Flüssigkeit mit Fett</translation>
    </message>
    <message>
        <source>Present.</source>
        <translation>Vorhanden.</translation>
    </message>
    <message>
        <source>Progesterone receptor (PR)</source>
        <translation>Progesteronrezeptor (PR)</translation>
    </message>
    <message>
        <source>Quadrant or region</source>
        <translation>Quadrant oder Region</translation>
    </message>
    <message>
        <source>Reported as amplified.</source>
        <translation>Als amplifiziert befundet.</translation>
    </message>
    <message>
        <source>Reported as not amplified.</source>
        <translation>Als nicht amplifiziert befundet.</translation>
    </message>
    <message>
        <source>Right breast.</source>
        <translation>Rechte Brust.</translation>
    </message>
    <message>
        <source>Rises further by more than 10 %.</source>
        <translation>Steigt weiter um mehr als 10 %.</translation>
    </message>
    <message>
        <source>Round or oval, fluid-filled, without inner enhancement.</source>
        <translation>Rund oder oval, flüssigkeitsgefüllt, ohne inneres Enhancement.</translation>
    </message>
    <message>
        <source>Salt solution.</source>
        <translation>Kochsalzlösung.</translation>
    </message>
    <message>
        <source>Seen in at least one duct.</source>
        <translation>In mindestens einem Gang zu sehen.</translation>
    </message>
    <message>
        <source>Seen.</source>
        <translation>Zu sehen.</translation>
    </message>
    <message>
        <source>Seroma or haematoma with fat inside.</source>
        <translation>Serom oder Hämatom mit Fett darin.</translation>
    </message>
    <message>
        <source>Share of fibroglandular tissue against fat on T1-weighted images without fat suppression, both breasts together.</source>
        <translation>Anteil des fibroglandulären Gewebes gegenüber Fett auf T1-gewichteten Bildern ohne Fettsättigung, beide Brüste zusammen.</translation>
    </message>
    <message>
        <source>Share of tumour cells with membrane staining, where the report gives it.</source>
        <translation>Anteil der Tumorzellen mit Membranfärbung, wo der Befund ihn nennt.</translation>
    </message>
    <message>
        <source>Share of tumour nuclei that stain for Ki-67. The cut between low and high is the median of the cohort and is made by the analysis.</source>
        <translation>Anteil der Tumorzellkerne mit Ki-67-Färbung. Die Grenze zwischen niedrig und hoch ist der Median der Kohorte und entsteht in der Auswertung.</translation>
    </message>
    <message>
        <source>Sharp along the whole border.</source>
        <translation>Am ganzen Rand scharf.</translation>
    </message>
    <message>
        <source>Shortest distance from the nipple to the index lesion.</source>
        <translation>Kürzester Abstand von der Mamille zur Indexläsion.</translation>
    </message>
    <message>
        <source>Side</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Signal rise within the first 2 minutes after contrast, or until the curve bends, at the fastest part of the lesion.</source>
        <translation>Signalanstieg in den ersten 2 Minuten nach Kontrastmittel oder bis zum Knick der Kurve, am schnellsten Teil der Läsion.</translation>
    </message>
    <message>
        <source>Signal void</source>
        <translation>Signalauslöschung</translation>
    </message>
    <message>
        <source>Silicone gel.</source>
        <translation>Silikongel.</translation>
    </message>
    <message>
        <source>Silicone inside a fold (keyhole, teardrop or noose).</source>
        <translation>Silikon in einer Falte (Schlüsselloch, Tropfen oder Schlinge).</translation>
    </message>
    <message>
        <source>Silicone outside the fibrous capsule.</source>
        <translation>Silikon außerhalb der fibrösen Kapsel.</translation>
    </message>
    <message>
        <source>Skin enhances where the tumour touches it.</source>
        <translation>Haut reichert an, wo der Tumor sie berührt.</translation>
    </message>
    <message>
        <source>Skin enhances widely, as in inflammatory cancer.</source>
        <translation>Haut reichert ausgedehnt an, wie beim inflammatorischen Karzinom.</translation>
    </message>
    <message>
        <source>Skin invasion</source>
        <translation>Hautinvasion</translation>
    </message>
    <message>
        <source>Skin lesion</source>
        <translation>Hautläsion</translation>
    </message>
    <message>
        <source>Skin retraction</source>
        <translation>Hautretraktion</translation>
    </message>
    <message>
        <source>Skin thickening</source>
        <translation>Hautverdickung</translation>
    </message>
    <message>
        <source>Skin thicker than 2 mm, local or diffuse.</source>
        <translation>Haut dicker als 2 mm, örtlich oder diffus.</translation>
    </message>
    <message>
        <source>Small thin rings of enhancement close together, around ducts.</source>
        <translation>Kleine dünne anreichernde Ringe dicht beieinander, um Gänge.</translation>
    </message>
    <message>
        <source>Smooth outline.</source>
        <translation>Glatter Umriss.</translation>
    </message>
    <message>
        <source>Some membrane staining, faint and incomplete, in at most 10 % of tumour cells (HER2-ultralow).</source>
        <translation>Etwas Membranfärbung, schwach und unvollständig, in höchstens 10 % der Tumorzellen (HER2-ultralow).</translation>
    </message>
    <message>
        <source>Space-occupying lesion in three dimensions, with an outward-curving outline.</source>
        <translation>Raumfordernde Läsion in drei Dimensionen, mit nach außen gewölbtem Umriss.</translation>
    </message>
    <message>
        <source>Specimen</source>
        <translation>Präparat</translation>
    </message>
    <message>
        <source>Specimen after neoadjuvant therapy</source>
        <translation>Präparat nach neoadjuvanter Therapie</translation>
    </message>
    <message>
        <source>Specimen of the operation, as in the paper.</source>
        <translation>Präparat der Operation, wie in der Arbeit.</translation>
    </message>
    <message>
        <source>Spread all over the breast.</source>
        <translation>Über die ganze Brust verteilt.</translation>
    </message>
    <message>
        <source>Staining of IHC 0</source>
        <translation>Färbung bei IHC 0</translation>
    </message>
    <message>
        <source>Staining pattern</source>
        <translation>Färbemuster</translation>
    </message>
    <message>
        <source>Staining pattern in the words of the report; no names, no dates.</source>
        <translation>Färbemuster in den Worten des Befunds; keine Namen, keine Daten.</translation>
    </message>
    <message>
        <source>Stays within 10 %.</source>
        <translation>Bleibt innerhalb von 10 %.</translation>
    </message>
    <message>
        <source>Stronger at the edge of the mass than inside.</source>
        <translation>Am Rand der Raumforderung stärker als innen.</translation>
    </message>
    <message>
        <source>Symmetry of background enhancement</source>
        <translation>Symmetrie der Hintergrundanreicherung</translation>
    </message>
    <message>
        <source>T2 lesion-to-muscle ratio</source>
        <translation>T2-Verhältnis Läsion zu Muskel</translation>
    </message>
    <message>
        <source>T2 of the lesion</source>
        <translation>T2 der Läsion</translation>
    </message>
    <message>
        <source>Taken after treatment had begun.</source>
        <translation>Nach Beginn der Behandlung entnommen.</translation>
    </message>
    <message>
        <source>Taken before any treatment.</source>
        <translation>Vor jeder Behandlung entnommen.</translation>
    </message>
    <message>
        <source>The most advanced finding inside the fibrous capsule.</source>
        <translation>Der weitest fortgeschrittene Befund innerhalb der fibrösen Kapsel.</translation>
    </message>
    <message>
        <source>The nipple is drawn in, and this is new.</source>
        <translation>Die Mamille ist eingezogen, und das ist neu.</translation>
    </message>
    <message>
        <source>The question does not arise for this lesion; set by the form, never typed.</source>
        <translation>Die Frage stellt sich bei dieser Läsion nicht; setzt das Formular, nie getippt.</translation>
    </message>
    <message>
        <source>The reader looked and cannot tell from these images.</source>
        <translation>Der Befunder hat hingesehen und kann es an diesen Bildern nicht sagen.</translation>
    </message>
    <message>
        <source>The report does not say.</source>
        <translation>Der Befund sagt es nicht.</translation>
    </message>
    <message>
        <source>The signal at the higher b-value of the ADC is below the noise floor.</source>
        <translation>Das Signal beim höheren b-Wert des ADC liegt unter dem Rauschpegel.</translation>
    </message>
    <message>
        <source>The signal at the highest b-value is below the noise floor.</source>
        <translation>Das Signal beim höchsten b-Wert liegt unter dem Rauschpegel.</translation>
    </message>
    <message>
        <source>The skin is drawn in.</source>
        <translation>Die Haut ist eingezogen.</translation>
    </message>
    <message>
        <source>The tissue next to the lesion has no fluid-like T2 signal beyond that of the other breast.</source>
        <translation>Das Gewebe neben der Läsion hat kein flüssigkeitsähnliches T2-Signal über das der anderen Brust hinaus.</translation>
    </message>
    <message>
        <source>Thickened cortex or displaced hilum.</source>
        <translation>Verdickte Rinde oder verlagerter Hilus.</translation>
    </message>
    <message>
        <source>Thickened skin or trabeculae after treatment, without enhancement.</source>
        <translation>Verdickte Haut oder Trabekel nach Behandlung, ohne Enhancement.</translation>
    </message>
    <message>
        <source>Third between the other two.</source>
        <translation>Drittel zwischen den beiden anderen.</translation>
    </message>
    <message>
        <source>Third next to the chest wall.</source>
        <translation>Drittel an der Brustwand.</translation>
    </message>
    <message>
        <source>Third next to the nipple.</source>
        <translation>Drittel an der Mamille.</translation>
    </message>
    <message>
        <source>Third of the breast, from nipple to chest wall, in which the centre of the index lesion lies.</source>
        <translation>Drittel der Brust, von Mamille bis Brustwand, in dem die Mitte der Indexläsion liegt.</translation>
    </message>
    <message>
        <source>Tissue drawn together at an enhancing lesion.</source>
        <translation>An einer anreichernden Läsion zusammengezogenes Gewebe.</translation>
    </message>
    <message>
        <source>Tissue drawn together without enhancement.</source>
        <translation>Zusammengezogenes Gewebe ohne Enhancement.</translation>
    </message>
    <message>
        <source>Two compartments, one in the other.</source>
        <translation>Zwei Kammern, eine in der anderen.</translation>
    </message>
    <message>
        <source>Two or more large areas that do not follow one duct system, with normal tissue between them.</source>
        <translation>Zwei oder mehr große Areale, die nicht einem Gangsystem folgen, mit normalem Gewebe dazwischen.</translation>
    </message>
    <message>
        <source>Two or more separate lesions in one quadrant (multifocal) or in different quadrants (multicentric).</source>
        <translation>Zwei oder mehr getrennte Läsionen in einem Quadranten (multifokal) oder in verschiedenen (multizentrisch).</translation>
    </message>
    <message>
        <source>Uneven or jagged at any part of the border, without spicules.</source>
        <translation>An einem Teil des Rands uneben oder gezackt, ohne Spiculae.</translation>
    </message>
    <message>
        <source>Uneven, in a random pattern, with normal tissue or fat between.</source>
        <translation>Ungleichmäßig, ohne Ordnung, mit normalem Gewebe oder Fett dazwischen.</translation>
    </message>
    <message>
        <source>Uneven, with signal that varies inside the mass.</source>
        <translation>Ungleichmäßig, mit wechselndem Signal in der Raumforderung.</translation>
    </message>
    <message>
        <source>Up to about a quarter of normal tissue enhances, faintly.</source>
        <translation>Bis etwa ein Viertel des normalen Gewebes reichert schwach an.</translation>
    </message>
    <message>
        <source>Upper inner quadrant.</source>
        <translation>Oberer innerer Quadrant.</translation>
    </message>
    <message>
        <source>Upper outer quadrant.</source>
        <translation>Oberer äußerer Quadrant.</translation>
    </message>
    <message>
        <source>Water droplets</source>
        <translation>Wassertropfen</translation>
    </message>
    <message>
        <source>Weak to moderate complete membrane staining in more than 10 % (equivocal: ISH or a new test is needed), or intense complete staining in at most 10 %.</source>
        <translation>Schwache bis mäßige vollständige Membranfärbung in mehr als 10 % (unklar: ISH oder neuer Test nötig) oder kräftige vollständige Färbung in höchstens 10 %.</translation>
    </message>
    <message>
        <source>What fills the implant.</source>
        <translation>Womit das Implantat gefüllt ist.</translation>
    </message>
    <message>
        <source>Where the HER2 result comes from.</source>
        <translation>Woher das HER2-Ergebnis stammt.</translation>
    </message>
    <message>
        <source>Where the centre of the index lesion lies.</source>
        <translation>Wo die Mitte der Indexläsion liegt.</translation>
    </message>
    <message>
        <source>Where the implant lies.</source>
        <translation>Wo das Implantat liegt.</translation>
    </message>
    <message>
        <source>Whether an ISH group 2, 3 or 4 with IHC 2+ was counted again by a second observer, as the guideline of 2018 asks.</source>
        <translation>Ob eine ISH-Gruppe 2, 3 oder 4 bei IHC 2+ von einem zweiten Untersucher nachgezählt wurde, wie die Leitlinie von 2018 verlangt.</translation>
    </message>
    <message>
        <source>Whether background parenchymal enhancement is alike in the two breasts.</source>
        <translation>Ob die Hintergrundanreicherung in beiden Brüsten gleich ist.</translation>
    </message>
    <message>
        <source>Whether the specimen was taken after systemic treatment had begun; the MRI of the study is from before treatment.</source>
        <translation>Ob das Präparat nach Beginn einer systemischen Behandlung entnommen wurde; die MRT der Studie ist von vor der Behandlung.</translation>
    </message>
    <message>
        <source>abnormal</source>
        <translation>auffällig</translation>
    </message>
    <message>
        <source>almost entirely fat</source>
        <translation>fast nur Fett</translation>
    </message>
    <message>
        <source>anterior third</source>
        <translation>vorderes Drittel</translation>
    </message>
    <message>
        <source>asymmetric</source>
        <translation>asymmetrisch</translation>
    </message>
    <message>
        <source>axillary tail</source>
        <translation>axillärer Ausläufer</translation>
    </message>
    <message>
        <source>b_max D_app K_app &gt; 3: the fitted curve rises before the highest b-value.</source>
        <translation>b_max D_app K_app &gt; 3: die angepasste Kurve steigt vor dem höchsten b-Wert.</translation>
    </message>
    <message>
        <source>central</source>
        <translation>zentral</translation>
    </message>
    <message>
        <source>circumscribed</source>
        <translation>umschrieben</translation>
    </message>
    <message>
        <source>clumped</source>
        <translation>gruppiert</translation>
    </message>
    <message>
        <source>clustered ring</source>
        <translation>gruppierte Ringe</translation>
    </message>
    <message>
        <source>core biopsy</source>
        <translation>Stanzbiopsie</translation>
    </message>
    <message>
        <source>dark internal septations</source>
        <translation>dunkle innere Septen</translation>
    </message>
    <message>
        <source>diffuse</source>
        <translation>diffus</translation>
    </message>
    <message>
        <source>direct invasion</source>
        <translation>direkte Invasion</translation>
    </message>
    <message>
        <source>double</source>
        <translation>doppelt</translation>
    </message>
    <message>
        <source>dual</source>
        <translation>doppelt</translation>
    </message>
    <message>
        <source>equivocal</source>
        <translation>unklar</translation>
    </message>
    <message>
        <source>extreme fibroglandular tissue</source>
        <translation>extrem fibroglandulär</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>misslungen</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>schnell</translation>
    </message>
    <message>
        <source>focal</source>
        <translation>fokal</translation>
    </message>
    <message>
        <source>foci</source>
        <translation>Foki</translation>
    </message>
    <message>
        <source>heterogeneous</source>
        <translation>heterogen</translation>
    </message>
    <message>
        <source>heterogeneous fibroglandular tissue</source>
        <translation>heterogen fibroglandulär</translation>
    </message>
    <message>
        <source>homogeneous</source>
        <translation>homogen</translation>
    </message>
    <message>
        <source>in lymph nodes</source>
        <translation>in Lymphknoten</translation>
    </message>
    <message>
        <source>in the breast</source>
        <translation>in der Brust</translation>
    </message>
    <message>
        <source>inflammatory cancer</source>
        <translation>inflammatorisches Karzinom</translation>
    </message>
    <message>
        <source>irregular</source>
        <translation>irregulär</translation>
    </message>
    <message>
        <source>irregular (not circumscribed)</source>
        <translation>irregulär (nicht umschrieben)</translation>
    </message>
    <message>
        <source>keyhole sign</source>
        <translation>Schlüssellochzeichen</translation>
    </message>
    <message>
        <source>left</source>
        <translation>links</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>linguine sign</source>
        <translation>Linguine-Zeichen</translation>
    </message>
    <message>
        <source>lower inner</source>
        <translation>unten innen</translation>
    </message>
    <message>
        <source>lower outer</source>
        <translation>unten außen</translation>
    </message>
    <message>
        <source>marked</source>
        <translation>ausgeprägt</translation>
    </message>
    <message>
        <source>mass</source>
        <translation>Raumforderung</translation>
    </message>
    <message>
        <source>mass with NME</source>
        <translation>Raumforderung mit NME</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>mittel</translation>
    </message>
    <message>
        <source>middle third</source>
        <translation>mittleres Drittel</translation>
    </message>
    <message>
        <source>mild</source>
        <translation>gering</translation>
    </message>
    <message>
        <source>minimal</source>
        <translation>minimal</translation>
    </message>
    <message>
        <source>moderate</source>
        <translation>mäßig</translation>
    </message>
    <message>
        <source>multiple regions</source>
        <translation>multiple Regionen</translation>
    </message>
    <message>
        <source>negative</source>
        <translation>negativ</translation>
    </message>
    <message>
        <source>no</source>
        <translation>nein</translation>
    </message>
    <message>
        <source>no staining (null)</source>
        <translation>keine Färbung (null)</translation>
    </message>
    <message>
        <source>non-mass enhancement (NME)</source>
        <translation>nicht raumforderndes Enhancement (NME)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>normal</translation>
    </message>
    <message>
        <source>not applicable</source>
        <translation>entfällt</translation>
    </message>
    <message>
        <source>not assessable</source>
        <translation>nicht beurteilbar</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>nicht angegeben</translation>
    </message>
    <message>
        <source>o'clock</source>
        <translation>Uhr</translation>
    </message>
    <message>
        <source>other</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>oval</source>
        <translation>oval</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>steht aus</translation>
    </message>
    <message>
        <source>persistent</source>
        <translation>persistierend</translation>
    </message>
    <message>
        <source>plateau</source>
        <translation>Plateau</translation>
    </message>
    <message>
        <source>positive</source>
        <translation>positiv</translation>
    </message>
    <message>
        <source>posterior third</source>
        <translation>hinteres Drittel</translation>
    </message>
    <message>
        <source>radial folds</source>
        <translation>radiäre Falten</translation>
    </message>
    <message>
        <source>regional</source>
        <translation>regional</translation>
    </message>
    <message>
        <source>retroglandular</source>
        <translation>retroglandulär</translation>
    </message>
    <message>
        <source>retropectoral</source>
        <translation>retropektoral</translation>
    </message>
    <message>
        <source>right</source>
        <translation>rechts</translation>
    </message>
    <message>
        <source>rim enhancement</source>
        <translation>Randenhancement</translation>
    </message>
    <message>
        <source>round</source>
        <translation>rund</translation>
    </message>
    <message>
        <source>saline</source>
        <translation>Kochsalz</translation>
    </message>
    <message>
        <source>scattered fibroglandular tissue</source>
        <translation>verstreut fibroglandulär</translation>
    </message>
    <message>
        <source>segmental</source>
        <translation>segmental</translation>
    </message>
    <message>
        <source>silicone</source>
        <translation>Silikon</translation>
    </message>
    <message>
        <source>silicone and saline</source>
        <translation>Silikon und Kochsalz</translation>
    </message>
    <message>
        <source>single</source>
        <translation>einfach</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>langsam</translation>
    </message>
    <message>
        <source>spiculated (not circumscribed)</source>
        <translation>spikuliert (nicht umschrieben)</translation>
    </message>
    <message>
        <source>subareolar</source>
        <translation>subareolär</translation>
    </message>
    <message>
        <source>subcapsular line</source>
        <translation>subkapsuläre Linie</translation>
    </message>
    <message>
        <source>surgical</source>
        <translation>operativ</translation>
    </message>
    <message>
        <source>symmetric</source>
        <translation>symmetrisch</translation>
    </message>
    <message>
        <source>ultralow</source>
        <translation>ultralow</translation>
    </message>
    <message>
        <source>upper inner</source>
        <translation>oben innen</translation>
    </message>
    <message>
        <source>upper outer</source>
        <translation>oben außen</translation>
    </message>
    <message>
        <source>washout</source>
        <translation>Washout</translation>
    </message>
    <message>
        <source>years</source>
        <translation>Jahre</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ja</translation>
    </message>
</context>
<context>
    <name>ImagesPage</name>
    <message>
        <source> s/mm²</source>
        <translation> s/mm²</translation>
    </message>
    <message>
        <source>A folder of DICOM images, or a NRRD or NIfTI file</source>
        <translation>Ein Ordner mit DICOM-Bildern oder eine NRRD- oder NIfTI-Datei</translation>
    </message>
    <message>
        <source>A multi-b series, or the image of one b-value</source>
        <translation>Eine Multi-b-Serie oder das Bild eines b-Werts</translation>
    </message>
    <message>
        <source>ADC from b</source>
        <translation>ADC aus b</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzu</translation>
    </message>
    <message>
        <source>Add all</source>
        <translation>Alle hinzu</translation>
    </message>
    <message>
        <source>Add this volume to the series</source>
        <translation>Dieses Volumen der Serie hinzufügen</translation>
    </message>
    <message>
        <source>Compute maps</source>
        <translation>Karten berechnen</translation>
    </message>
    <message>
        <source>Computed from two b-values, or a map that came with the case</source>
        <translation>Aus zwei b-Werten berechnet oder eine Karte, die mit dem Fall kam</translation>
    </message>
    <message>
        <source>Double-click a b-value to correct it</source>
        <translation>Doppelklick auf einen b-Wert berichtigt ihn</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Anpassung</translation>
    </message>
    <message>
        <source>Fourth view</source>
        <translation>Vierte Ansicht</translation>
    </message>
    <message>
        <source>High-b, DCE or T2 image beside the maps</source>
        <translation>Bild mit hohem b, DCE oder T2 neben den Karten</translation>
    </message>
    <message>
        <source>How D_app and K_app are fitted</source>
        <translation>Wie D_app und K_app angepasst werden</translation>
    </message>
    <message>
        <source>In the scene</source>
        <translation>In der Szene</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>S0</source>
        <translation>S0</translation>
    </message>
    <message>
        <source>Signal at b = 0 in the fit</source>
        <translation>Signal bei b = 0 in der Anpassung</translation>
    </message>
    <message>
        <source>Take every volume of the scene that tells its b-value, and its ADC map</source>
        <translation>Jedes Volumen der Szene nehmen, das seinen b-Wert nennt, und dessen ADC-Karte</translation>
    </message>
    <message>
        <source>Voxels</source>
        <translation>Voxel</translation>
    </message>
    <message>
        <source>Voxels of the VOI that are not good do not enter the features</source>
        <translation>Ungültige Voxel des VOI gehen nicht in die Merkmale ein</translation>
    </message>
    <message>
        <source>and</source>
        <translation>und</translation>
    </message>
    <message>
        <source>b [s/mm²]</source>
        <translation>b [s/mm²]</translation>
    </message>
    <message>
        <source>in the VOI</source>
        <translation>im VOI</translation>
    </message>
    <message>
        <source>in the image</source>
        <translation>im Bild</translation>
    </message>
    <message>
        <source>n</source>
        <translation>n</translation>
    </message>
    <message>
        <source>where b is from</source>
        <translation>woher b stammt</translation>
    </message>
</context>
<context>
    <name>SignOffPage</name>
    <message>
        <source>Amend</source>
        <translation>Nachtrag</translation>
    </message>
    <message>
        <source>Amend a signed-off reading</source>
        <translation>Einen freigegebenen Befund ergänzen</translation>
    </message>
    <message>
        <source>Anything the coordinator should know</source>
        <translation>Was die Studienleitung wissen sollte</translation>
    </message>
    <message>
        <source>Locks the answers and the VOI (Ctrl+Enter)</source>
        <translation>Sperrt die Antworten und das VOI (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Anmerkung</translation>
    </message>
    <message>
        <source>Sign off and open the next case</source>
        <translation>Freigeben und nächsten Fall öffnen</translation>
    </message>
    <message>
        <source>The signed version stays as it is; an amendment is added to it.</source>
        <translation>Die freigegebene Fassung bleibt, wie sie ist; ein Nachtrag kommt hinzu.</translation>
    </message>
    <message>
        <source>What will be locked</source>
        <translation>Was gesperrt wird</translation>
    </message>
</context>
<context>
    <name>StudyPage</name>
    <message>
        <source>A click marks an examination, another one takes the mark back</source>
        <translation>Ein Klick markiert eine Untersuchung, ein weiterer hebt es auf</translation>
    </message>
    <message>
        <source>A new or empty folder for the study</source>
        <translation>Ein neuer oder leerer Ordner für die Studie</translation>
    </message>
    <message>
        <source>About 95 %: noise, and half a voxel of the boundary; two further columns of the tables for each feature of a map that is fitted here</source>
        <translation>Etwa 95 %: Rauschen und ein halbes Voxel am Rand; zwei weitere Spalten der Tabellen für jedes Merkmal einer hier angepassten Karte</translation>
    </message>
    <message>
        <source>Add marked to the study</source>
        <translation>Markierte zur Studie hinzufügen</translation>
    </message>
    <message>
        <source>An interval for every feature (noise, boundary)</source>
        <translation>Ein Intervall für jedes Merkmal (Rauschen, Rand)</translation>
    </message>
    <message>
        <source>As</source>
        <translation>Als</translation>
    </message>
    <message>
        <source>Assisted outlines: an edge that the program finds</source>
        <translation>Assistierte Konturen: ein Rand, den das Programm findet</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>Kopien</translation>
    </message>
    <message>
        <source>Create study</source>
        <translation>Studie anlegen</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Double-click opens a case</source>
        <translation>Doppelklick öffnet einen Fall</translation>
    </message>
    <message>
        <source>Each such slice waits until the reader has looked at it</source>
        <translation>Jede solche Schicht wartet, bis der Befunder sie angesehen hat</translation>
    </message>
    <message>
        <source>Examination</source>
        <translation>Untersuchung</translation>
    </message>
    <message>
        <source>File names give b-values (dwi_b800.nrrd)</source>
        <translation>Dateinamen nennen b-Werte (dwi_b800.nrrd)</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Folder of the study</source>
        <translation>Ordner der Studie</translation>
    </message>
    <message>
        <source>Folder with one folder of images per case</source>
        <translation>Ordner mit je einem Bilderordner pro Fall</translation>
    </message>
    <message>
        <source>Further maps</source>
        <translation>Weitere Karten</translation>
    </message>
    <message>
        <source>Ids of the readers, with commas between them; no names</source>
        <translation>IDs der Befunder, durch Kommas getrennt; keine Namen</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Images of Slicer's DICOM database</source>
        <translation>Bilder aus Slicers DICOM-Datenbank</translation>
    </message>
    <message>
        <source>Import with Slicer's module DICOM; what is chosen in its browser is marked here. Marked examinations become cases of a new study, or of the open one; the study keeps pseudonyms only.</source>
        <translation>Import mit Slicers Modul DICOM; was in dessen Liste gewählt ist, ist hier markiert. Markierte Untersuchungen werden Fälle einer neuen oder der offenen Studie; die Studie behält nur Pseudonyme.</translation>
    </message>
    <message>
        <source>Kinetics, enhancing fraction, SER, T2 ratio, diameter of the VOI, Kaiser score; in columns of their own, shown after the descriptors are answered</source>
        <translation>Kinetik, anreichernder Anteil, SER, T2-Verhältnis, Durchmesser des VOI, Kaiser-Score; in eigenen Spalten, gezeigt nach Antwort auf die Deskriptoren</translation>
    </message>
    <message>
        <source>List examinations</source>
        <translation>Untersuchungen auflisten</translation>
    </message>
    <message>
        <source>Maps that are measured beside ADC, D_app and K_app: NAME=unit, lowest and highest valid value, bin width of the entropy; several with semicolons between them. The file of a case is called as the map</source>
        <translation>Karten, die neben ADC, D_app und K_app gemessen werden: NAME=Einheit, kleinster und größter gültiger Wert, Klassenbreite der Entropie; mehrere mit Semikolon getrennt. Die Datei eines Falls heißt wie die Karte</translation>
    </message>
    <message>
        <source>Maps, VOI, descriptors and the feature row of one case. It is kept in the scene: save the scene to keep it.</source>
        <translation>Karten, VOI, Deskriptoren und Merkmalszeile eines Falls. Er liegt in der Szene: Szene sichern, um ihn zu behalten.</translation>
    </message>
    <message>
        <source>Measure beside the answers, shown after them</source>
        <translation>Neben den Antworten messen, danach gezeigt</translation>
    </message>
    <message>
        <source>Measure rings around the lesion too (1, 3 and 5 mm)</source>
        <translation>Auch Ringe um die Läsion messen (1, 3 und 5 mm)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>New study</source>
        <translation>Neue Studie</translation>
    </message>
    <message>
        <source>Next open case</source>
        <translation>Nächster offener Fall</translation>
    </message>
    <message>
        <source>No names of patients</source>
        <translation>Keine Patientennamen</translation>
    </message>
    <message>
        <source>Only where nothing in the file does; never of DICOM images</source>
        <translation>Nur wo nichts in der Datei es tut; nie bei DICOM-Bildern</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>Fall öffnen</translation>
    </message>
    <message>
        <source>Open the first case that is not signed off</source>
        <translation>Den ersten Fall öffnen, der nicht freigegeben ist</translation>
    </message>
    <message>
        <source>Open the marked case</source>
        <translation>Den markierten Fall öffnen</translation>
    </message>
    <message>
        <source>Open the marked one without a study</source>
        <translation>Die markierte ohne Studie öffnen</translation>
    </message>
    <message>
        <source>Open the study in this role</source>
        <translation>Die Studie in dieser Rolle öffnen</translation>
    </message>
    <message>
        <source>Otherwise each case gets a pseudonym made from the patient id</source>
        <translation>Sonst erhält jeder Fall ein Pseudonym aus der Patienten-ID</translation>
    </message>
    <message>
        <source>Otherwise every slice is drawn by hand, as in the paper. How each slice was outlined is kept and exported</source>
        <translation>Sonst wird jede Schicht von Hand gezeichnet, wie in der Arbeit. Wie jede Schicht umrandet wurde, wird behalten und exportiert</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patient</translation>
    </message>
    <message>
        <source>Propose exclusion</source>
        <translation>Ausschluss vorschlagen</translation>
    </message>
    <message>
        <source>Pseudonym, e.g. CASE-001</source>
        <translation>Pseudonym, z. B. CASE-001</translation>
    </message>
    <message>
        <source>Readers</source>
        <translation>Befunder</translation>
    </message>
    <message>
        <source>Reason, e.g. motion artefacts</source>
        <translation>Grund, z. B. Bewegungsartefakte</translation>
    </message>
    <message>
        <source>Single case without a study</source>
        <translation>Einzelner Fall ohne Studie</translation>
    </message>
    <message>
        <source>Slices between drawn ones may be filled in</source>
        <translation>Schichten zwischen gezeichneten dürfen gefüllt werden</translation>
    </message>
    <message>
        <source>Sort its images, compute the maps and begin a single case</source>
        <translation>Bilder ordnen, Karten berechnen und einen einzelnen Fall beginnen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>The VOI widened outwards, without air and without what the reader excludes; further columns of the tables</source>
        <translation>Das VOI nach außen erweitert, ohne Luft und ohne, was der Befunder ausschließt; weitere Spalten der Tabellen</translation>
    </message>
    <message>
        <source>The case can then be signed off with questions open. The coordinator decides.</source>
        <translation>Der Fall kann dann mit offenen Fragen freigegeben werden. Die Studienleitung entscheidet.</translation>
    </message>
    <message>
        <source>The coordinator adds the marked examinations to the open study</source>
        <translation>Die Studienleitung fügt die markierten Untersuchungen zur offenen Studie hinzu</translation>
    </message>
    <message>
        <source>The folders have pseudonyms: keep their names</source>
        <translation>Die Ordner tragen Pseudonyme: Namen behalten</translation>
    </message>
    <message>
        <source>This case cannot be read</source>
        <translation>Dieser Fall ist nicht lesbar</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Who is at work now</source>
        <translation>Wer jetzt arbeitet</translation>
    </message>
</context>
<context>
    <name>TableImport</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>CSV or .xlsx; a template comes from her2lowmri study template</source>
        <translation>CSV oder .xlsx; eine Vorlage gibt her2lowmri study template</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Say what the table would change; nothing is written</source>
        <translation>Sagen, was die Tabelle ändern würde; nichts wird geschrieben</translation>
    </message>
    <message>
        <source>Sign each case off</source>
        <translation>Jeden Fall freigeben</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Take over a table</source>
        <translation>Tabelle übernehmen</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Why signed readings are amended, where the table differs</source>
        <translation>Warum freigegebene Befunde ergänzt werden, wo die Tabelle abweicht</translation>
    </message>
</context>
<context>
    <name>VoiPage</name>
    <message>
        <source>Earlier outlines</source>
        <translation>Frühere</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>Füllung</translation>
    </message>
    <message>
        <source>Fill of the VOI in the views</source>
        <translation>Füllung des VOI in den Ansichten</translation>
    </message>
    <message>
        <source>Go back to one of the last ten outlines that were saved on this computer</source>
        <translation>Zurück zu einer der letzten zehn Konturen, die auf diesem Rechner gesichert wurden</translation>
    </message>
    <message>
        <source>Go to the next slice without a drawing between drawn slices</source>
        <translation>Zur nächsten Schicht ohne Zeichnung zwischen gezeichneten</translation>
    </message>
    <message>
        <source>Go to the slice in which the lesion is largest</source>
        <translation>Zur Schicht, in der die Läsion am größten ist</translation>
    </message>
    <message>
        <source>Keep it empty</source>
        <translation>Leer lassen</translation>
    </message>
    <message>
        <source>Lesion</source>
        <translation>Läsion</translation>
    </message>
    <message>
        <source>Maps are black outside the body, where they are fits of noise (from the lowest b-value). Nothing that is measured changes.</source>
        <translation>Karten sind außerhalb des Körpers schwarz, wo sie Rauschen anpassen (nach dem kleinsten b-Wert). An Messungen ändert sich nichts.</translation>
    </message>
    <message>
        <source>Mask air</source>
        <translation>Ohne Luft</translation>
    </message>
    <message>
        <source>Next gap</source>
        <translation>Nächste Lücke</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>Kontur</translation>
    </message>
    <message>
        <source>Outline of the VOI in the views</source>
        <translation>Kontur des VOI in den Ansichten</translation>
    </message>
    <message>
        <source>Save the empty outline in place of the one drawn before</source>
        <translation>Die leere Kontur anstelle der zuvor gezeichneten sichern</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Skala</translation>
    </message>
    <message>
        <source>Scale and unit of each map in its view</source>
        <translation>Skala und Einheit jeder Karte in ihrer Ansicht</translation>
    </message>
</context>
<context>
    <name>gui.adjudication_page</name>
    <message>
        <source>Adjudication</source>
        <translation>Drittbefundung</translation>
    </message>
    <message>
        <source>Dice {dice}, and the protocol asks for {limit}: choose a VOI.</source>
        <translation>Dice {dice}, und das Protokoll verlangt {limit}: ein VOI wählen.</translation>
    </message>
    <message>
        <source>Dice {dice}, surfaces {distance} mm apart (95th percentile), {a} and {b} cm³</source>
        <translation>Dice {dice}, Oberflächen {distance} mm auseinander (95. Perzentil), {a} und {b} cm³</translation>
    </message>
    <message>
        <source>The choice could not be saved.</source>
        <translation>Die Wahl konnte nicht gesichert werden.</translation>
    </message>
    <message>
        <source>Typed.</source>
        <translation>Getippt.</translation>
    </message>
    <message>
        <source>VOI of {side}</source>
        <translation>VOI von {side}</translation>
    </message>
    <message>
        <source>another difference</source>
        <translation>ein anderer Unterschied</translation>
    </message>
    <message>
        <source>as the study's protocol says</source>
        <translation>wie im Protokoll der Studie</translation>
    </message>
    <message>
        <source>decide, and go to the next difference</source>
        <translation>entscheiden und zum nächsten Unterschied</translation>
    </message>
    <message>
        <source>mean of the features of both</source>
        <translation>Mittel der Merkmale beider</translation>
    </message>
    <message>
        <source>{count} decision was entered.</source>
        <translation>{count} Entscheidung wurde eingetragen.</translation>
    </message>
    <message>
        <source>{count} decisions were entered.</source>
        <translation>{count} Entscheidungen wurden eingetragen.</translation>
    </message>
</context>
<context>
    <name>gui.analysis_page</name>
    <message>
        <source>Analysing …</source>
        <translation>Auswertung läuft …</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>Auswertung</translation>
    </message>
    <message>
        <source>Drawing …</source>
        <translation>Zeichnet …</translation>
    </message>
    <message>
        <source>Press the button again and agree, with a network connection; or take the exported tables to another computer: her2lowmri analyze.</source>
        <translation>Knopf noch einmal drücken und zustimmen, mit Netzverbindung; oder die exportierten Tabellen auf einen anderen Rechner bringen: her2lowmri analyze.</translation>
    </message>
    <message>
        <source>The cohort cannot be analysed</source>
        <translation>Die Kohorte kann nicht ausgewertet werden</translation>
    </message>
    <message>
        <source>The cohort could not be analysed.</source>
        <translation>Die Kohorte konnte nicht ausgewertet werden.</translation>
    </message>
    <message>
        <source>The tables to submit cannot be written</source>
        <translation>Die Tabellen zum Einreichen sind nicht möglich</translation>
    </message>
    <message>
        <source>The tables to submit could not be written.</source>
        <translation>Die Tabellen zum Einreichen konnten nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>There is nothing to analyse</source>
        <translation>Es gibt nichts auszuwerten</translation>
    </message>
    <message>
        <source>Written: {file} and its figures</source>
        <translation>Geschrieben: {file} und die Abbildungen</translation>
    </message>
    <message>
        <source>a table of features</source>
        <translation>eine Tabelle mit Merkmalen</translation>
    </message>
    <message>
        <source>{packages} not installed</source>
        <translation>{packages} nicht installiert</translation>
    </message>
</context>
<context>
    <name>gui.answer_editor</name>
    <message>
        <source>year-month-day</source>
        <translation>Jahr-Monat-Tag</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
</context>
<context>
    <name>gui.beside_frame</name>
    <message>
        <source>On T2, click into the lesion, then into the pectoral muscle at like depth.</source>
        <translation>Auf T2 in die Läsion klicken, dann in gleicher Tiefe in den Pektoralmuskel.</translation>
    </message>
    <message>
        <source>Shown after the question is answered.</source>
        <translation>Erscheint nach der Antwort.</translation>
    </message>
    <message>
        <source>T2: mark lesion and muscle for their ratio.</source>
        <translation>T2: Läsion und Muskel markieren für das Verhältnis.</translation>
    </message>
    <message>
        <source>The marks could not be kept.</source>
        <translation>Die Marken konnten nicht behalten werden.</translation>
    </message>
    <message>
        <source>The marks could not be set.</source>
        <translation>Die Marken konnten nicht gesetzt werden.</translation>
    </message>
    <message>
        <source>The spot could not be moved back.</source>
        <translation>Die Stelle konnte nicht zurückversetzt werden.</translation>
    </message>
    <message>
        <source>The values beside the form could not be measured.</source>
        <translation>Die Werte neben dem Formular konnten nicht gemessen werden.</translation>
    </message>
    <message>
        <source>measuring …</source>
        <translation>misst …</translation>
    </message>
    <message>
        <source>phases {initial}, peak {peak}, last {last}</source>
        <translation>Phasen {initial}, Maximum {peak}, letzte {last}</translation>
    </message>
</context>
<context>
    <name>gui.cohort_page</name>
    <message>
        <source>Adding cases …</source>
        <translation>Fälle kommen hinzu …</translation>
    </message>
    <message>
        <source>Cohort</source>
        <translation>Kohorte</translation>
    </message>
    <message>
        <source>Exclude case</source>
        <translation>Ausschließen</translation>
    </message>
    <message>
        <source>HER2 group: &lt;b&gt;{group}&lt;/b&gt; – {reason}</source>
        <translation>HER2-Gruppe: &lt;b&gt;{group}&lt;/b&gt; – {reason}</translation>
    </message>
    <message>
        <source>Measuring the cases …</source>
        <translation>Die Fälle werden gemessen …</translation>
    </message>
    <message>
        <source>No case is marked</source>
        <translation>Kein Fall ist markiert</translation>
    </message>
    <message>
        <source>Not added: {case}</source>
        <translation>Nicht aufgenommen: {case}</translation>
    </message>
    <message>
        <source>Take case back in</source>
        <translation>Fall wieder aufnehmen</translation>
    </message>
    <message>
        <source>Takes {case}, which is marked above, out of every list and table with all that was read of it, as if it had never been added. A case that belongs to the study and cannot be used is excluded instead.</source>
        <translation>Nimmt {case}, oben markiert, aus jeder Liste und Tabelle, mit allem, was dazu befundet wurde, als wäre er nie aufgenommen worden. Ein Fall, der zur Studie gehört und nicht brauchbar ist, wird stattdessen ausgeschlossen.</translation>
    </message>
    <message>
        <source>The DICOM objects could not be written.</source>
        <translation>Die DICOM-Objekte konnten nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The case could not be removed.</source>
        <translation>Der Fall konnte nicht entfernt werden.</translation>
    </message>
    <message>
        <source>The case could not be restored.</source>
        <translation>Der Fall konnte nicht zurückgeholt werden.</translation>
    </message>
    <message>
        <source>The exclusion could not be saved.</source>
        <translation>Der Ausschluss konnte nicht gesichert werden.</translation>
    </message>
    <message>
        <source>The export has no place</source>
        <translation>Der Export hat keinen Ort</translation>
    </message>
    <message>
        <source>The study could not be exported.</source>
        <translation>Die Studie konnte nicht exportiert werden.</translation>
    </message>
    <message>
        <source>Writing DICOM objects …</source>
        <translation>DICOM-Objekte werden geschrieben …</translation>
    </message>
    <message>
        <source>a case of the table</source>
        <translation>ein Fall der Tabelle</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>ein Ordner</translation>
    </message>
    <message>
        <source>a folder of images</source>
        <translation>ein Ordner mit Bildern</translation>
    </message>
    <message>
        <source>cases</source>
        <translation>Fälle</translation>
    </message>
    <message>
        <source>cases to train on</source>
        <translation>Übungsfälle</translation>
    </message>
    <message>
        <source>erased: {reason}</source>
        <translation>gelöscht: {reason}</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>ausgeschlossen</translation>
    </message>
    <message>
        <source>pathology</source>
        <translation>Pathologie</translation>
    </message>
    <message>
        <source>{case} is removed, {cases} in the study. Tables exported before still hold it.</source>
        <translation>{case} ist entfernt, {cases} in der Studie. Früher exportierte Tabellen enthalten ihn noch.</translation>
    </message>
    <message>
        <source>{case} is restored, {cases} in the study.</source>
        <translation>{case} ist zurückgeholt, {cases} in der Studie.</translation>
    </message>
    <message>
        <source>{count} DICOM object</source>
        <translation>{count} DICOM-Objekt</translation>
    </message>
    <message>
        <source>{count} DICOM objects</source>
        <translation>{count} DICOM-Objekte</translation>
    </message>
    <message>
        <source>{count} case is</source>
        <translation>{count} Fall ist</translation>
    </message>
    <message>
        <source>{count} case to train on.</source>
        <translation>{count} Übungsfall.</translation>
    </message>
    <message>
        <source>{count} case was added.</source>
        <translation>{count} Fall kam hinzu.</translation>
    </message>
    <message>
        <source>{count} case was changed.</source>
        <translation>{count} Fall wurde geändert.</translation>
    </message>
    <message>
        <source>{count} cases are</source>
        <translation>{count} Fälle sind</translation>
    </message>
    <message>
        <source>{count} cases to train on.</source>
        <translation>{count} Übungsfälle.</translation>
    </message>
    <message>
        <source>{count} cases were added.</source>
        <translation>{count} Fälle kamen hinzu.</translation>
    </message>
    <message>
        <source>{count} cases were changed.</source>
        <translation>{count} Fälle wurden geändert.</translation>
    </message>
    <message>
        <source>{count} reading</source>
        <translation>{count} Befund</translation>
    </message>
    <message>
        <source>{count} readings</source>
        <translation>{count} Befunde</translation>
    </message>
</context>
<context>
    <name>gui.copying</name>
    <message>
        <source>Copies lie under the case ids, so that no reader sees a patient's folder. Without identity, names, ids, dates and UIDs are taken out of the DICOM headers (PS3.15 basic profile).</source>
        <translation>Kopien liegen unter den Fall-IDs, sodass kein Befunder den Ordner eines Patienten sieht. Ohne Identität heißt: Namen, IDs, Daten und UIDs werden aus den DICOM-Köpfen genommen (PS3.15 Basic Profile).</translation>
    </message>
    <message>
        <source>Copy them into the study as they are</source>
        <translation>Unverändert in die Studie kopieren</translation>
    </message>
    <message>
        <source>Copy them into the study, without identity</source>
        <translation>Ohne Identität in die Studie kopieren</translation>
    </message>
    <message>
        <source>The images stay where they are</source>
        <translation>Die Bilder bleiben, wo sie sind</translation>
    </message>
    <message>
        <source>… and {count} more lines: look at the folder on the page Cohort.</source>
        <translation>… und {count} weitere Zeilen: den Ordner auf der Seite Kohorte ansehen.</translation>
    </message>
</context>
<context>
    <name>gui.descriptors_page</name>
    <message>
        <source>All required questions are answered.</source>
        <translation>Alle Pflichtfragen sind beantwortet.</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>Formular</translation>
    </message>
    <message>
        <source>No longer asked, kept until sign-off: {answers}</source>
        <translation>Nicht mehr gefragt, behalten bis zur Freigabe: {answers}</translation>
    </message>
    <message>
        <source>another question</source>
        <translation>eine andere Frage</translation>
    </message>
    <message>
        <source>choose this answer and go on</source>
        <translation>diese Antwort wählen und weiter</translation>
    </message>
    <message>
        <source>next open question; takes a typed number</source>
        <translation>nächste offene Frage; nimmt eine getippte Zahl</translation>
    </message>
    <message>
        <source>not assessable</source>
        <translation>nicht beurteilbar</translation>
    </message>
    <message>
        <source>take the answer back</source>
        <translation>die Antwort zurücknehmen</translation>
    </message>
    <message>
        <source>{count} question is open.</source>
        <translation>{count} Frage ist offen.</translation>
    </message>
    <message>
        <source>{count} questions are open.</source>
        <translation>{count} Fragen sind offen.</translation>
    </message>
</context>
<context>
    <name>gui.features_page</name>
    <message>
        <source>ADC {adc}, D_app {d}, K_app {k}, {voxels}</source>
        <translation>ADC {adc}, D_app {d}, K_app {k}, {voxels}</translation>
    </message>
    <message>
        <source>Draw the VOI to see its features.</source>
        <translation>Das VOI zeichnen, um seine Merkmale zu sehen.</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>Merkmale</translation>
    </message>
    <message>
        <source>Move the mouse over a view.</source>
        <translation>Die Maus über eine Ansicht bewegen.</translation>
    </message>
    <message>
        <source>No signal here.</source>
        <translation>Hier ist kein Signal.</translation>
    </message>
    <message>
        <source>No small region fits into the VOI.</source>
        <translation>Keine kleine Region passt in das VOI.</translation>
    </message>
    <message>
        <source>Part of the VOI that enters the features; the rest has no valid value in that map.</source>
        <translation>Teil des VOI, der in die Merkmale eingeht; der Rest hat in dieser Karte keinen gültigen Wert.</translation>
    </message>
    <message>
        <source>Save the row</source>
        <translation>Zeile sichern</translation>
    </message>
    <message>
        <source>Small region (EUSOBI): ADC {adc} × 10⁻³ mm²/s, {level}; {voxels}, {diameter:g} mm</source>
        <translation>Kleine Region (EUSOBI): ADC {adc} × 10⁻³ mm²/s, {level}; {voxels}, {diameter:g} mm</translation>
    </message>
    <message>
        <source>The row could not be written.</source>
        <translation>Die Zeile konnte nicht geschrieben werden.</translation>
    </message>
    <message>
        <source>The row was written.</source>
        <translation>Die Zeile wurde geschrieben.</translation>
    </message>
    <message>
        <source>The small region could not be moved.</source>
        <translation>Die kleine Region konnte nicht verschoben werden.</translation>
    </message>
    <message>
        <source>entropy in bit, bins of {width}</source>
        <translation>Entropie in Bit, Klassen von {width}</translation>
    </message>
    <message>
        <source>fixed number</source>
        <translation>feste Zahl</translation>
    </message>
    <message>
        <source>mean of the VOI</source>
        <translation>Mittel des VOI</translation>
    </message>
    <message>
        <source>the map</source>
        <translation>die Karte</translation>
    </message>
    <message>
        <source>valid voxels</source>
        <translation>gültige Voxel</translation>
    </message>
    <message>
        <source>voxel under the mouse</source>
        <translation>Voxel unter der Maus</translation>
    </message>
    <message>
        <source>{maps} in {unit}</source>
        <translation>{maps} in {unit}</translation>
    </message>
    <message>
        <source>{map}, about 95 %: {intervals} (noise, and half a voxel of the boundary)</source>
        <translation>{map}, etwa 95 %: {intervals} (Rauschen und ein halbes Voxel am Rand)</translation>
    </message>
    <message>
        <source>{map}: no interval, because the map was not fitted to these images or their noise is not known</source>
        <translation>{map}: kein Intervall, weil die Karte nicht an diese Bilder angepasst wurde oder ihr Rauschen nicht bekannt ist</translation>
    </message>
    <message>
        <source>{statistic} {low} to {high}</source>
        <translation>{statistic} {low} bis {high}</translation>
    </message>
</context>
<context>
    <name>gui.hanging_bar</name>
    <message>
        <source>Align</source>
        <translation>Ausrichten</translation>
    </message>
    <message>
        <source>Align the phases to the one before contrast; pressed again: as they were acquired. It is recorded.</source>
        <translation>Die Phasen an der vor Kontrastmittel ausrichten; noch einmal gedrückt: wie aufgenommen. Es wird festgehalten.</translation>
    </message>
    <message>
        <source>Align · {shift} mm</source>
        <translation>Ausrichten · {shift} mm</translation>
    </message>
    <message>
        <source>Aligning the phases …</source>
        <translation>Phasen werden ausgerichtet …</translation>
    </message>
    <message>
        <source>Key {key}</source>
        <translation>Taste {key}</translation>
    </message>
    <message>
        <source>Phase {phase} lies {shift} mm from the one before contrast.</source>
        <translation>Phase {phase} liegt {shift} mm neben der vor Kontrastmittel.</translation>
    </message>
    <message>
        <source>The images could not be shown.</source>
        <translation>Die Bilder konnten nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>The layout that a question of the form needs comes up by itself</source>
        <translation>Die Anordnung, die eine Frage des Formulars braucht, kommt von selbst</translation>
    </message>
    <message>
        <source>The phases could not be aligned.</source>
        <translation>Die Phasen konnten nicht ausgerichtet werden.</translation>
    </message>
    <message>
        <source>by question</source>
        <translation>nach Frage</translation>
    </message>
    <message>
        <source>lesion size by a line: click both ends</source>
        <translation>Größe der Läsion mit einer Linie: beide Enden anklicken</translation>
    </message>
    <message>
        <source>next phase</source>
        <translation>nächste Phase</translation>
    </message>
    <message>
        <source>outline of the VOI on and off</source>
        <translation>Kontur des VOI ein und aus</translation>
    </message>
    <message>
        <source>phase before</source>
        <translation>Phase davor</translation>
    </message>
    <message>
        <source>projection of the subtraction in place of the phase, and back</source>
        <translation>Projektion der Subtraktion anstelle der Phase, und zurück</translation>
    </message>
    <message>
        <source>subtraction in place of the phase, and back</source>
        <translation>Subtraktion anstelle der Phase, und zurück</translation>
    </message>
</context>
<context>
    <name>gui.header</name>
    <message>
        <source>Every answer and stroke is saved at once.</source>
        <translation>Jede Antwort und jeder Strich wird sofort gesichert.</translation>
    </message>
    <message>
        <source>NOT SAVED</source>
        <translation>NICHT GESICHERT</translation>
    </message>
    <message>
        <source>No case is open</source>
        <translation>Kein Fall ist offen</translation>
    </message>
    <message>
        <source>No study is open</source>
        <translation>Keine Studie ist offen</translation>
    </message>
    <message>
        <source>Single case</source>
        <translation>Einzelner Fall</translation>
    </message>
    <message>
        <source>kept in the scene</source>
        <translation>in der Szene</translation>
    </message>
    <message>
        <source>saving …</source>
        <translation>sichert …</translation>
    </message>
    <message>
        <source>signed off, locked</source>
        <translation>freigegeben, gesperrt</translation>
    </message>
    <message>
        <source>training case</source>
        <translation>Übungsfall</translation>
    </message>
    <message>
        <source>{done} done</source>
        <translation>{done} fertig</translation>
    </message>
    <message>
        <source>{done} of {count} done</source>
        <translation>{done} von {count} fertig</translation>
    </message>
    <message>
        <source>{place} of {count}</source>
        <translation>{place} von {count}</translation>
    </message>
    <message>
        <source>✓ saved</source>
        <translation>✓ gesichert</translation>
    </message>
    <message>
        <source>✓ saved {clock}</source>
        <translation>✓ gesichert {clock}</translation>
    </message>
</context>
<context>
    <name>gui.image_questions</name>
    <message>
        <source>Series {number}</source>
        <translation>Serie {number}</translation>
    </message>
    <message>
        <source>Sorting {case} …</source>
        <translation>{case} wird geordnet …</translation>
    </message>
    <message>
        <source>The answer could not be kept.</source>
        <translation>Die Antwort konnte nicht behalten werden.</translation>
    </message>
    <message>
        <source>The images could not be shown.</source>
        <translation>Die Bilder konnten nicht gezeigt werden.</translation>
    </message>
    <message>
        <source>Which images: {questions}</source>
        <translation>Welche Bilder: {questions}</translation>
    </message>
    <message>
        <source>dynamic</source>
        <translation>Dynamik</translation>
    </message>
    <message>
        <source>{count} question</source>
        <translation>{count} Frage</translation>
    </message>
    <message>
        <source>{count} questions</source>
        <translation>{count} Fragen</translation>
    </message>
    <message>
        <source>{count} volume</source>
        <translation>{count} Volumen</translation>
    </message>
    <message>
        <source>{count} volumes</source>
        <translation>{count} Volumen</translation>
    </message>
</context>
<context>
    <name>gui.images_page</name>
    <message>
        <source>ADC map in {unit} ({source})</source>
        <translation>ADC-Karte in {unit} ({source})</translation>
    </message>
    <message>
        <source>Computing maps …</source>
        <translation>Karten werden berechnet …</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>In a study the coordinator sets the b-values of a case</source>
        <translation>In einer Studie setzt die Studienleitung die b-Werte eines Falls</translation>
    </message>
    <message>
        <source>Left out: {images}</source>
        <translation>Weggelassen: {images}</translation>
    </message>
    <message>
        <source>No images yet. Choose a folder or a file, or a volume of the scene.</source>
        <translation>Noch keine Bilder. Einen Ordner oder eine Datei wählen, oder ein Volumen der Szene.</translation>
    </message>
    <message>
        <source>Reading images …</source>
        <translation>Bilder werden gelesen …</translation>
    </message>
    <message>
        <source>Taken: {images}.</source>
        <translation>Genommen: {images}.</translation>
    </message>
    <message>
        <source>Tell the coordinator: study table, column b_values.</source>
        <translation>Der Studienleitung sagen: Tabelle der Fälle, Spalte b_values.</translation>
    </message>
    <message>
        <source>The images could not be read.</source>
        <translation>Die Bilder konnten nicht gelesen werden.</translation>
    </message>
    <message>
        <source>The maps could not be computed.</source>
        <translation>Die Karten konnten nicht berechnet werden.</translation>
    </message>
    <message>
        <source>The volumes cannot be used.</source>
        <translation>Die Volumen sind nicht zu gebrauchen.</translation>
    </message>
    <message>
        <source>This is not a b-value.</source>
        <translation>Das ist kein b-Wert.</translation>
    </message>
    <message>
        <source>This volume cannot be used.</source>
        <translation>Dieses Volumen ist nicht zu gebrauchen.</translation>
    </message>
    <message>
        <source>computed from two b-values</source>
        <translation>aus zwei b-Werten berechnet</translation>
    </message>
    <message>
        <source>the map that came with the case</source>
        <translation>die Karte, die mit dem Fall kam</translation>
    </message>
</context>
<context>
    <name>gui.import_list</name>
    <message>
        <source>The right value, or "skip" to leave it out</source>
        <translation>Der richtige Wert, oder "skip" zum Weglassen</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>gefragt</translation>
    </message>
    <message>
        <source>column</source>
        <translation>Spalte</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>not added</source>
        <translation>nicht aufgenommen</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>vorgeschlagen</translation>
    </message>
    <message>
        <source>row {rows}</source>
        <translation>Zeile {rows}</translation>
    </message>
    <message>
        <source>table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>genommen</translation>
    </message>
</context>
<context>
    <name>gui.messages</name>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>Angehalten. Nichts wurde geändert.</translation>
    </message>
</context>
<context>
    <name>gui.panel</name>
    <message>
        <source>A synthetic study is ready. Choose who is at work and open it.</source>
        <translation>Eine synthetische Studie ist bereit. Wählen, wer arbeitet, und öffnen.</translation>
    </message>
    <message>
        <source>All cases are done. Thank you.</source>
        <translation>Alle Fälle sind fertig. Danke.</translation>
    </message>
    <message>
        <source>All other cases are done. These could not be opened: {cases}. Mark one in the list to open it again or to propose leaving it out.</source>
        <translation>Alle anderen Fälle sind fertig. Diese ließen sich nicht öffnen: {cases}. Einen in der Liste markieren, um ihn noch einmal zu öffnen oder sein Weglassen vorzuschlagen.</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Making synthetic images …</source>
        <translation>Synthetische Bilder entstehen …</translation>
    </message>
    <message>
        <source>Opening {case} …</source>
        <translation>{case} wird geöffnet …</translation>
    </message>
    <message>
        <source>Shift + mouse</source>
        <translation>Shift + Maus</translation>
    </message>
    <message>
        <source>Stopped. No case is open; everything of the case before is saved.</source>
        <translation>Angehalten. Kein Fall ist offen; alles vom Fall davor ist gesichert.</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>Das VOI konnte nicht gesichert werden.</translation>
    </message>
    <message>
        <source>The case could not be opened.</source>
        <translation>Der Fall konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>The images and the outline of a case keep their place, names and voxels, the maps their colours; what another module changed was put back.</source>
        <translation>Bilder und Kontur eines Falls behalten Platz, Namen und Voxel, die Karten auch ihre Farben; was ein anderes Modul änderte, wurde zurückgesetzt.</translation>
    </message>
    <message>
        <source>The last session here ended without closing. Everything it had saved is there.</source>
        <translation>Die letzte Sitzung hier endete, ohne zu schließen. Alles, was sie gesichert hatte, ist da.</translation>
    </message>
    <message>
        <source>The next case could not be prepared.</source>
        <translation>Der nächste Fall konnte nicht vorbereitet werden.</translation>
    </message>
    <message>
        <source>The sample study could not be made.</source>
        <translation>Die Beispielstudie konnte nicht angelegt werden.</translation>
    </message>
    <message>
        <source>The study could not be closed.</source>
        <translation>Die Studie konnte nicht geschlossen werden.</translation>
    </message>
    <message>
        <source>The views of the reading show this case only; another image or segmentation was taken out of them again. To look at it, choose another layout.</source>
        <translation>Die Ansichten der Befundung zeigen nur diesen Fall; ein anderes Bild oder eine andere Segmentierung wurde wieder herausgenommen. Um es anzusehen, eine andere Anordnung wählen.</translation>
    </message>
    <message>
        <source>This is the first case.</source>
        <translation>Das ist der erste Fall.</translation>
    </message>
    <message>
        <source>This is the last case.</source>
        <translation>Das ist der letzte Fall.</translation>
    </message>
    <message>
        <source>next case, previous case</source>
        <translation>nächster Fall, vorheriger Fall</translation>
    </message>
    <message>
        <source>next step; on Sign off: lock the case and open the next</source>
        <translation>nächster Schritt; auf Freigabe: den Fall sperren und den nächsten öffnen</translation>
    </message>
    <message>
        <source>show or hide this list</source>
        <translation>diese Liste zeigen oder verbergen</translation>
    </message>
    <message>
        <source>the same place in all views</source>
        <translation>dieselbe Stelle in allen Ansichten</translation>
    </message>
    <message>
        <source>{case} could not be opened. {why}</source>
        <translation>{case} ließ sich nicht öffnen. {why}</translation>
    </message>
    <message>
        <source>{case} is signed off.</source>
        <translation>{case} ist freigegeben.</translation>
    </message>
    <message>
        <source>{case} is signed off. Compare it with the reference; the next case is opened above.</source>
        <translation>{case} ist freigegeben. Mit der Referenz vergleichen; der nächste Fall wird oben geöffnet.</translation>
    </message>
    <message>
        <source>{case} was left with nothing drawn, and not said to be empty: its last outline, with {voxels}, is kept.</source>
        <translation>{case} wurde ohne Kontur verlassen, ohne dass sie als leer bestätigt wurde: Die letzte Kontur mit {voxels} bleibt erhalten.</translation>
    </message>
    <message>
        <source>{count} change of the last session was brought back.</source>
        <translation>{count} Änderung der letzten Sitzung wurde zurückgeholt.</translation>
    </message>
    <message>
        <source>{count} changes of the last session were brought back.</source>
        <translation>{count} Änderungen der letzten Sitzung wurden zurückgeholt.</translation>
    </message>
</context>
<context>
    <name>gui.parameter_node</name>
    <message>
        <source>as measured (equation of the paper)</source>
        <translation>wie gemessen (Gleichung der Arbeit)</translation>
    </message>
    <message>
        <source>fitted</source>
        <translation>angepasst</translation>
    </message>
    <message>
        <source>non-linear, of the signal itself</source>
        <translation>nichtlinear, am Signal selbst</translation>
    </message>
    <message>
        <source>signal-weighted log-linear</source>
        <translation>signalgewichtet log-linear</translation>
    </message>
</context>
<context>
    <name>gui.scene_events</name>
    <message>
        <source>A node of the case was removed from the scene. It was brought back.</source>
        <translation>Ein Knoten des Falls wurde aus der Szene entfernt. Er wurde zurückgeholt.</translation>
    </message>
    <message>
        <source>Open the study on the page Study, then the case {case}.</source>
        <translation>Die Studie auf der Seite Studie öffnen, dann den Fall {case}.</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>Das VOI konnte nicht gesichert werden.</translation>
    </message>
    <message>
        <source>The case could not be mended.</source>
        <translation>Der Fall ließ sich nicht richten.</translation>
    </message>
    <message>
        <source>The case could not be shown again.</source>
        <translation>Der Fall konnte nicht wieder gezeigt werden.</translation>
    </message>
    <message>
        <source>The case of the scene could not be continued.</source>
        <translation>Der Fall der Szene konnte nicht fortgesetzt werden.</translation>
    </message>
    <message>
        <source>The scene that was loaded holds a case of its own. It was left out, because this case is open. To go on with the other one, close the scene first.</source>
        <translation>Die geladene Szene enthält einen eigenen Fall. Er wurde weggelassen, weil dieser Fall offen ist. Um mit dem anderen fortzufahren, zuerst die Szene schließen.</translation>
    </message>
    <message>
        <source>The study of this scene is not known on this computer</source>
        <translation>Die Studie dieser Szene ist auf diesem Rechner nicht bekannt</translation>
    </message>
</context>
<context>
    <name>gui.sign_off_page</name>
    <message>
        <source>A lesion of {size:g} mm hardly fits an outline of {volume:.2f} cm³ that is {longest:.0f} mm long.</source>
        <translation>Eine Läsion von {size:g} mm passt kaum zu einer Kontur von {volume:.2f} cm³, die {longest:.0f} mm lang ist.</translation>
    </message>
    <message>
        <source>A single case is not signed off: save the row on the page Features.</source>
        <translation>Ein einzelner Fall wird nicht freigegeben: die Zeile auf der Seite Merkmale sichern.</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>Ausgeschlossen</translation>
    </message>
    <message>
        <source>Interpolated slices</source>
        <translation>Interpolierte Schichten</translation>
    </message>
    <message>
        <source>Left out of it</source>
        <translation>Davon ausgenommen</translation>
    </message>
    <message>
        <source>Lesion size</source>
        <translation>Größe der Läsion</translation>
    </message>
    <message>
        <source>Missing: {what}</source>
        <translation>Es fehlt: {what}</translation>
    </message>
    <message>
        <source>Nothing is missing.</source>
        <translation>Es fehlt nichts.</translation>
    </message>
    <message>
        <source>Sign off</source>
        <translation>Freigabe</translation>
    </message>
    <message>
        <source>The case could not be signed off.</source>
        <translation>Der Fall konnte nicht freigegeben werden.</translation>
    </message>
    <message>
        <source>The reading could not be opened again.</source>
        <translation>Der Befund ließ sich nicht wieder öffnen.</translation>
    </message>
    <message>
        <source>The remark could not be saved.</source>
        <translation>Die Anmerkung konnte nicht gesichert werden.</translation>
    </message>
    <message>
        <source>VOI</source>
        <translation>VOI</translation>
    </message>
    <message>
        <source>What is locked</source>
        <translation>Was gesperrt ist</translation>
    </message>
    <message>
        <source>What will be locked</source>
        <translation>Was gesperrt wird</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>sign off and open the next case</source>
        <translation>freigeben und den nächsten Fall öffnen</translation>
    </message>
    <message>
        <source>{case}: {state}</source>
        <translation>{case}: {state}</translation>
    </message>
    <message>
        <source>{count} interpolated slices were not looked at: {slices}.

Sign off all the same? Their number is kept with the reading. Otherwise go through them with N in the effect “Assisted outline”.</source>
        <translation>{count} interpolierte Schichten wurden nicht angesehen: {slices}.

Trotzdem freigeben? Ihre Zahl bleibt beim Befund. Sonst mit N im Effekt „Assistierte Kontur“ durchgehen.</translation>
    </message>
    <message>
        <source>{doubt} Sign off all the same?</source>
        <translation>{doubt} Trotzdem freigeben?</translation>
    </message>
</context>
<context>
    <name>gui.size_line_tool</name>
    <message>
        <source>Click both ends of the longest diameter; {key} again or a right click gives up.</source>
        <translation>Beide Enden des längsten Durchmessers anklicken; noch einmal {key} oder Rechtsklick bricht ab.</translation>
    </message>
    <message>
        <source>Measured on a projection, on which lesions look larger; the early subtraction is the better place.</source>
        <translation>Auf einer Projektion gemessen, in der Läsionen größer aussehen; die frühe Subtraktion ist der bessere Ort.</translation>
    </message>
    <message>
        <source>The line could not be brought back.</source>
        <translation>Die Linie konnte nicht zurückgeholt werden.</translation>
    </message>
    <message>
        <source>The line could not be deleted.</source>
        <translation>Die Linie konnte nicht gelöscht werden.</translation>
    </message>
    <message>
        <source>The line was deleted, and the size that it gave. Undo on the page Form brings both back.</source>
        <translation>Die Linie wurde gelöscht, mit der Größe, die sie ergab. Rückgängig auf der Seite Formular bringt beide wieder.</translation>
    </message>
    <message>
        <source>The size could not be measured.</source>
        <translation>Die Größe konnte nicht gemessen werden.</translation>
    </message>
</context>
<context>
    <name>gui.study_page</name>
    <message>
        <source>A case is only left out with a reason</source>
        <translation>Ein Fall wird nur mit einem Grund weggelassen</translation>
    </message>
    <message>
        <source>A single case is one examination</source>
        <translation>Ein einzelner Fall ist eine Untersuchung</translation>
    </message>
    <message>
        <source>Checking the study …</source>
        <translation>Studie wird geprüft …</translation>
    </message>
    <message>
        <source>Choose it beside “As”.</source>
        <translation>Neben „Als“ wählen.</translation>
    </message>
    <message>
        <source>In the study already: {cases}</source>
        <translation>Schon in der Studie: {cases}</translation>
    </message>
    <message>
        <source>Leave out {case}</source>
        <translation>{case} weglassen</translation>
    </message>
    <message>
        <source>Looking at the images …</source>
        <translation>Bilder werden angesehen …</translation>
    </message>
    <message>
        <source>No examination is marked</source>
        <translation>Keine Untersuchung ist markiert</translation>
    </message>
    <message>
        <source>Nobody is chosen</source>
        <translation>Niemand ist gewählt</translation>
    </message>
    <message>
        <source>Not added: {case}</source>
        <translation>Nicht aufgenommen: {case}</translation>
    </message>
    <message>
        <source>Open the module DICOM once.</source>
        <translation>Das Modul DICOM einmal öffnen.</translation>
    </message>
    <message>
        <source>Propose exclusion</source>
        <translation>Ausschluss vorschlagen</translation>
    </message>
    <message>
        <source>Proposed. Sign the case off (Ctrl+Enter) to pass it on.</source>
        <translation>Vorgeschlagen. Den Fall freigeben (Ctrl+Enter), um es weiterzugeben.</translation>
    </message>
    <message>
        <source>Setting up the study …</source>
        <translation>Studie wird angelegt …</translation>
    </message>
    <message>
        <source>Slicer's DICOM database is not open</source>
        <translation>Slicers DICOM-Datenbank ist nicht offen</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Studie</translation>
    </message>
    <message>
        <source>Study in use</source>
        <translation>Studie in Gebrauch</translation>
    </message>
    <message>
        <source>Study of somebody else</source>
        <translation>Studie von anderen</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>The DICOM database cannot be read.</source>
        <translation>Die DICOM-Datenbank ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The DICOM database holds no MR images.</source>
        <translation>Die DICOM-Datenbank enthält keine MR-Bilder.</translation>
    </message>
    <message>
        <source>The case could not be started.</source>
        <translation>Der Fall konnte nicht begonnen werden.</translation>
    </message>
    <message>
        <source>The check found:

{findings}

Open the study all the same?</source>
        <translation>Die Prüfung fand:

{findings}

Die Studie trotzdem öffnen?</translation>
    </message>
    <message>
        <source>The examinations could not be added.</source>
        <translation>Die Untersuchungen konnten nicht hinzugefügt werden.</translation>
    </message>
    <message>
        <source>The proposal could not be saved.</source>
        <translation>Der Vorschlag konnte nicht gesichert werden.</translation>
    </message>
    <message>
        <source>The study could not be opened.</source>
        <translation>Die Studie konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>The study could not be set up.</source>
        <translation>Die Studie konnte nicht angelegt werden.</translation>
    </message>
    <message>
        <source>The study has no place</source>
        <translation>Die Studie hat keinen Ort</translation>
    </message>
    <message>
        <source>The study is set up with {cases}. Choose who is at work and open it.</source>
        <translation>Die Studie ist angelegt, mit {cases}. Wählen, wer arbeitet, und öffnen.</translation>
    </message>
    <message>
        <source>This study was neither set up nor checked on this computer.

If it came from another hospital, have it checked first: for links, odd files, changed content and names of patients. Nothing in it is changed.

Check it now? With “No” it is opened without a check.</source>
        <translation>Diese Studie wurde auf diesem Rechner weder angelegt noch geprüft.

Kam sie aus einer anderen Klinik, sollte sie zuerst geprüft werden: auf Verknüpfungen, seltsame Dateien, veränderten Inhalt und Patientennamen. Nichts darin wird geändert.

Jetzt prüfen? Bei „Nein“ wird sie ungeprüft geöffnet.</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>ein Ordner</translation>
    </message>
    <message>
        <source>a marked examination of the list</source>
        <translation>eine markierte Untersuchung der Liste</translation>
    </message>
    <message>
        <source>a reason</source>
        <translation>ein Grund</translation>
    </message>
    <message>
        <source>adjudicator</source>
        <translation>Drittbefunder</translation>
    </message>
    <message>
        <source>agreed</source>
        <translation>einig</translation>
    </message>
    <message>
        <source>amended</source>
        <translation>ergänzt</translation>
    </message>
    <message>
        <source>an open database</source>
        <translation>eine offene Datenbank</translation>
    </message>
    <message>
        <source>being amended</source>
        <translation>wird ergänzt</translation>
    </message>
    <message>
        <source>cannot be opened</source>
        <translation>lässt sich nicht öffnen</translation>
    </message>
    <message>
        <source>coordinator</source>
        <translation>Studienleitung</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>decided</source>
        <translation>entschieden</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>in Arbeit</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>nicht begonnen</translation>
    </message>
    <message>
        <source>one marked examination of the list</source>
        <translation>eine markierte Untersuchung der Liste</translation>
    </message>
    <message>
        <source>reader {reader}</source>
        <translation>Befunder {reader}</translation>
    </message>
    <message>
        <source>signed off</source>
        <translation>freigegeben</translation>
    </message>
    <message>
        <source>to decide</source>
        <translation>zu entscheiden</translation>
    </message>
    <message>
        <source>training: {state}</source>
        <translation>Übung: {state}</translation>
    </message>
    <message>
        <source>waits for readers</source>
        <translation>wartet auf Befunder</translation>
    </message>
    <message>
        <source>who is at work</source>
        <translation>wer arbeitet</translation>
    </message>
    <message>
        <source>{cases} added.</source>
        <translation>{cases} hinzugefügt.</translation>
    </message>
    <message>
        <source>{case} is signed off with the proposal to leave it out. The coordinator decides.</source>
        <translation>{case} ist freigegeben, mit dem Vorschlag, ihn wegzulassen. Die Studienleitung entscheidet.</translation>
    </message>
    <message>
        <source>{count} reading was entered.</source>
        <translation>{count} Befund wurde eingetragen.</translation>
    </message>
    <message>
        <source>{count} readings were entered.</source>
        <translation>{count} Befunde wurden eingetragen.</translation>
    </message>
    <message>
        <source>{problem}

Take over? The other session can then no longer save.</source>
        <translation>{problem}

Übernehmen? Die andere Sitzung kann dann nicht mehr sichern.</translation>
    </message>
    <message>
        <source>… and {count} more</source>
        <translation>… und {count} weitere</translation>
    </message>
</context>
<context>
    <name>gui.table_import</name>
    <message>
        <source>No table is chosen</source>
        <translation>Keine Tabelle ist gewählt</translation>
    </message>
    <message>
        <source>The table cannot be read.</source>
        <translation>Die Tabelle ist nicht lesbar.</translation>
    </message>
    <message>
        <source>The table could not be taken over.</source>
        <translation>Die Tabelle konnte nicht übernommen werden.</translation>
    </message>
    <message>
        <source>a CSV or .xlsx file, or a folder</source>
        <translation>eine CSV- oder .xlsx-Datei, oder ein Ordner</translation>
    </message>
    <message>
        <source>{count} case would be added</source>
        <translation>{count} Fall käme hinzu</translation>
    </message>
    <message>
        <source>{count} cases would be added</source>
        <translation>{count} Fälle kämen hinzu</translation>
    </message>
    <message>
        <source>{count} field would change</source>
        <translation>{count} Feld würde sich ändern</translation>
    </message>
    <message>
        <source>{count} fields would change</source>
        <translation>{count} Felder würden sich ändern</translation>
    </message>
    <message>
        <source>{count} question</source>
        <translation>{count} Frage</translation>
    </message>
    <message>
        <source>{count} questions</source>
        <translation>{count} Fragen</translation>
    </message>
    <message>
        <source>{effect}, {questions} open; nothing is written yet.</source>
        <translation>{effect}, {questions} offen; noch ist nichts geschrieben.</translation>
    </message>
</context>
<context>
    <name>gui.voi_autosave</name>
    <message>
        <source>The VOI could not be measured.</source>
        <translation>Das VOI konnte nicht gemessen werden.</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>Das VOI konnte nicht gesichert werden.</translation>
    </message>
</context>
<context>
    <name>gui.voi_page</name>
    <message>
        <source>1 slice drawn ({first})</source>
        <translation>1 Schicht gezeichnet ({first})</translation>
    </message>
    <message>
        <source>1 … 9, Space, Esc, Z, Y</source>
        <translation>1 … 9, Space, Esc, Z, Y</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Draw around the lesion with the left mouse button; a right click closes the outline. Shift and the mouse show the same place in all views.</source>
        <translation>Mit der linken Maustaste um die Läsion zeichnen; ein Rechtsklick schließt die Kontur. Shift und Maus zeigen dieselbe Stelle in allen Ansichten.</translation>
    </message>
    <message>
        <source>Nothing is drawn yet.</source>
        <translation>Noch ist nichts gezeichnet.</translation>
    </message>
    <message>
        <source>Outline finished</source>
        <translation>Kontur fertig</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Slicer's Segment Editor: effects, last effect, none, undo, redo</source>
        <translation>Slicers Segment Editor: Effekte, letzter Effekt, keiner, rückgängig, wiederholen</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>Das VOI konnte nicht gesichert werden.</translation>
    </message>
    <message>
        <source>The earlier outline could not be used.</source>
        <translation>Die frühere Kontur war nicht zu gebrauchen.</translation>
    </message>
    <message>
        <source>The other images are shown when the outline is finished; it is locked then.</source>
        <translation>Die anderen Bilder erscheinen, wenn die Kontur fertig ist; sie ist dann gesperrt.</translation>
    </message>
    <message>
        <source>The outline could not be brought back.</source>
        <translation>Die Kontur konnte nicht zurückgeholt werden.</translation>
    </message>
    <message>
        <source>The outline could not be finished.</source>
        <translation>Die Kontur konnte nicht beendet werden.</translation>
    </message>
    <message>
        <source>The outline was finished before the other images were shown, and is locked.</source>
        <translation>Die Kontur war fertig, bevor die anderen Bilder erschienen, und ist gesperrt.</translation>
    </message>
    <message>
        <source>VOI</source>
        <translation>VOI</translation>
    </message>
    <message>
        <source>segment before, segment after</source>
        <translation>Segment davor, Segment danach</translation>
    </message>
    <message>
        <source>{count} to be looked at</source>
        <translation>{count} anzusehen</translation>
    </message>
    <message>
        <source>{drawn} of {spanned} slices drawn ({first}–{last})</source>
        <translation>{drawn} von {spanned} Schichten gezeichnet ({first}–{last})</translation>
    </message>
    <message>
        <source>{time} · {voxels}</source>
        <translation>{time} · {voxels}</translation>
    </message>
    <message>
        <source>{voxels} · {volume:.2f} cm³ · median {medians}</source>
        <translation>{voxels} · {volume:.2f} cm³ · Median {medians}</translation>
    </message>
    <message>
        <source>⚠ Another layout is shown. You can draw only in the views of the reading.</source>
        <translation>⚠ Eine andere Anordnung ist zu sehen. Zeichnen geht nur in den Ansichten der Befundung.</translation>
    </message>
    <message>
        <source>⚠ The outline is empty now, which is not saved: the last one, with {voxels}, is kept.</source>
        <translation>⚠ Die Kontur ist jetzt leer und wird so nicht gesichert: Die letzte mit {voxels} bleibt erhalten.</translation>
    </message>
</context>
<context>
    <name>gui.wording</name>
    <message>
        <source>5th percentile</source>
        <translation>5. Perzentil</translation>
    </message>
    <message>
        <source>95th percentile</source>
        <translation>95. Perzentil</translation>
    </message>
    <message>
        <source>By a line of {length} mm on {image}.</source>
        <translation>Mit einer Linie von {length} mm auf {image}.</translation>
    </message>
    <message>
        <source>By a line of {length} mm.</source>
        <translation>Mit einer Linie von {length} mm.</translation>
    </message>
    <message>
        <source>Curve: {initial} {percent}, {delayed} {change}</source>
        <translation>Kurve: {initial} {percent}, {delayed} {change}</translation>
    </message>
    <message>
        <source>Kaiser score: {value}</source>
        <translation>Kaiser-Score: {value}</translation>
    </message>
    <message>
        <source>Longest diameter of the VOI: {value} mm</source>
        <translation>Längster Durchmesser des VOI: {value} mm</translation>
    </message>
    <message>
        <source>SER {value}</source>
        <translation>SER {value}</translation>
    </message>
    <message>
        <source>T2: lesion {value} × muscle</source>
        <translation>T2: Läsion {value} × Muskel</translation>
    </message>
    <message>
        <source>The size was typed; the line of {length} mm is not its source.</source>
        <translation>Die Größe wurde getippt; die Linie von {length} mm ist nicht ihre Quelle.</translation>
    </message>
    <message>
        <source>enhancing fraction {value}</source>
        <translation>anreichernder Anteil {value}</translation>
    </message>
    <message>
        <source>entropy</source>
        <translation>Entropie</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>schnell</translation>
    </message>
    <message>
        <source>high</source>
        <translation>hoch</translation>
    </message>
    <message>
        <source>hottest 3 × 3 voxels</source>
        <translation>stärkste 3 × 3 Voxel</translation>
    </message>
    <message>
        <source>intermediate</source>
        <translation>mittel</translation>
    </message>
    <message>
        <source>kurtosis (excess)</source>
        <translation>Kurtosis (Exzess)</translation>
    </message>
    <message>
        <source>low</source>
        <translation>niedrig</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>median</source>
        <translation>Median</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>mittel</translation>
    </message>
    <message>
        <source>not assessable</source>
        <translation>nicht beurteilbar</translation>
    </message>
    <message>
        <source>persistent</source>
        <translation>persistierend</translation>
    </message>
    <message>
        <source>phase {phase} of the dynamic series</source>
        <translation>Phase {phase} der Dynamik</translation>
    </message>
    <message>
        <source>phase {phase} of the ultrafast series</source>
        <translation>Phase {phase} der ultraschnellen Serie</translation>
    </message>
    <message>
        <source>plateau</source>
        <translation>Plateau</translation>
    </message>
    <message>
        <source>skewness</source>
        <translation>Schiefe</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>langsam</translation>
    </message>
    <message>
        <source>spot moved</source>
        <translation>Stelle verschoben</translation>
    </message>
    <message>
        <source>the ADC map</source>
        <translation>der ADC-Karte</translation>
    </message>
    <message>
        <source>the D_app map</source>
        <translation>der D_app-Karte</translation>
    </message>
    <message>
        <source>the K_app map</source>
        <translation>der K_app-Karte</translation>
    </message>
    <message>
        <source>the image before contrast</source>
        <translation>dem Bild vor Kontrastmittel</translation>
    </message>
    <message>
        <source>the projection of phase {phase}</source>
        <translation>der Projektion von Phase {phase}</translation>
    </message>
    <message>
        <source>the subtraction of phase {phase}</source>
        <translation>der Subtraktion von Phase {phase}</translation>
    </message>
    <message>
        <source>very high</source>
        <translation>sehr hoch</translation>
    </message>
    <message>
        <source>very low</source>
        <translation>sehr niedrig</translation>
    </message>
    <message>
        <source>washout</source>
        <translation>Washout</translation>
    </message>
    <message>
        <source>{count} case</source>
        <translation>{count} Fall</translation>
    </message>
    <message>
        <source>{count} cases</source>
        <translation>{count} Fälle</translation>
    </message>
    <message>
        <source>{count} slice</source>
        <translation>{count} Schicht</translation>
    </message>
    <message>
        <source>{count} slices</source>
        <translation>{count} Schichten</translation>
    </message>
    <message>
        <source>{count} voxel</source>
        <translation>{count} Voxel</translation>
    </message>
    <message>
        <source>{count} voxels</source>
        <translation>{count} Voxel</translation>
    </message>
</context>
<context>
    <name>outline_effect.SegmentEditorEffect</name>
    <message>
        <source>Added.</source>
        <translation>Hinzugefügt.</translation>
    </message>
    <message>
        <source>Assisted outline</source>
        <translation>Assistierte Kontur</translation>
    </message>
    <message>
        <source>Click by click, snapping</source>
        <translation>Klick für Klick, einrastend</translation>
    </message>
    <message>
        <source>Confirm, next</source>
        <translation>Bestätigen, weiter</translation>
    </message>
    <message>
        <source>Copied. N confirms it.</source>
        <translation>Kopiert. N bestätigt es.</translation>
    </message>
    <message>
        <source>Copy on</source>
        <translation>Weiter kopieren</translation>
    </message>
    <message>
        <source>Drag across the lesion along its longest diameter, or loosely around it: the edge is proposed.&lt;br&gt;&lt;b&gt;Drag from inside the edge:&lt;/b&gt; that belongs to it. &lt;b&gt;Drag from outside, or Ctrl and drag:&lt;/b&gt; that does not.&lt;br&gt;&lt;b&gt;Wheel, + and −:&lt;/b&gt; looser and tighter. &lt;b&gt;Enter:&lt;/b&gt; take it and go on to the next slice. &lt;b&gt;A:&lt;/b&gt; take it and stay. &lt;b&gt;Backspace:&lt;/b&gt; leave it.&lt;br&gt;&lt;b&gt;Page up, Page down:&lt;/b&gt; look in the next slice up or down. &lt;b&gt;C:&lt;/b&gt; copy to the next slice. &lt;b&gt;F:&lt;/b&gt; fill the slices in between. &lt;b&gt;N:&lt;/b&gt; confirm this slice, go to the next unconfirmed.</source>
        <translation>Entlang des längsten Durchmessers über die Läsion ziehen oder locker um sie herum: der Rand wird vorgeschlagen.&lt;br&gt;&lt;b&gt;Von innerhalb des Rands ziehen:&lt;/b&gt; das gehört dazu. &lt;b&gt;Von außen ziehen, oder Ctrl und ziehen:&lt;/b&gt; das nicht.&lt;br&gt;&lt;b&gt;Rad, + und −:&lt;/b&gt; lockerer und enger. &lt;b&gt;Enter:&lt;/b&gt; nehmen und zur nächsten Schicht. &lt;b&gt;A:&lt;/b&gt; nehmen und bleiben. &lt;b&gt;Backspace:&lt;/b&gt; lassen.&lt;br&gt;&lt;b&gt;Bild auf, Bild ab:&lt;/b&gt; in die Schicht darüber oder darunter sehen. &lt;b&gt;C:&lt;/b&gt; in die nächste Schicht kopieren. &lt;b&gt;F:&lt;/b&gt; die Schichten dazwischen füllen. &lt;b&gt;N:&lt;/b&gt; diese Schicht bestätigen, weiter zur nächsten unbestätigten.</translation>
    </message>
    <message>
        <source>Drag across the lesion, or around it.</source>
        <translation>Über die Läsion ziehen oder um sie herum.</translation>
    </message>
    <message>
        <source>Each click is a corner; the line between them snaps to edges. Enter closes it</source>
        <translation>Jeder Klick ist eine Ecke; die Linie dazwischen rastet an Kanten ein. Enter schließt sie</translation>
    </message>
    <message>
        <source>Every interpolated slice is confirmed.</source>
        <translation>Jede interpolierte Schicht ist bestätigt.</translation>
    </message>
    <message>
        <source>Fill gaps</source>
        <translation>Lücken füllen</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Lassen</translation>
    </message>
    <message>
        <source>Left. Drag around the lesion again, or draw it by hand.</source>
        <translation>Gelassen. Noch einmal um die Läsion ziehen oder von Hand zeichnen.</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>Nächste Schicht</translation>
    </message>
    <message>
        <source>No edge is proposed: {reason}. Drag along the lesion to mark it, or draw it by hand.</source>
        <translation>Kein Rand wird vorgeschlagen: {reason}. Entlang der Läsion ziehen, um sie zu markieren, oder von Hand zeichnen.</translation>
    </message>
    <message>
        <source>Slice {k} was interpolated: N confirms it. {count} to look at.</source>
        <translation>Schicht {k} wurde interpoliert: N bestätigt sie. {count} anzusehen.</translation>
    </message>
    <message>
        <source>Take, go on</source>
        <translation>Nehmen, weiter</translation>
    </message>
    <message>
        <source>Taken.</source>
        <translation>Genommen.</translation>
    </message>
    <message>
        <source>The protocol allows no assisted outline.</source>
        <translation>Das Protokoll erlaubt keine assistierte Kontur.</translation>
    </message>
    <message>
        <source>There is nothing to fill in.</source>
        <translation>Es gibt nichts zu füllen.</translation>
    </message>
    <message>
        <source>Wheel: looser, tighter. Drag from inside: belongs to it; from outside: does not. Enter: take it and go on. Backspace: leave it.</source>
        <translation>Rad: lockerer, enger. Von innen ziehen: gehört dazu; von außen: nicht. Enter: nehmen und weiter. Backspace: lassen.</translation>
    </message>
    <message>
        <source>it is only a few voxels</source>
        <translation>es sind nur wenige Voxel</translation>
    </message>
    <message>
        <source>it lies away from the outlines next to it</source>
        <translation>er liegt abseits der Konturen daneben</translation>
    </message>
    <message>
        <source>the lesion does not stand out clearly enough</source>
        <translation>die Läsion hebt sich nicht klar genug ab</translation>
    </message>
    <message>
        <source>the lesion goes on beyond the line</source>
        <translation>die Läsion geht über die Linie hinaus</translation>
    </message>
    <message>
        <source>there is no image of the slice to look at</source>
        <translation>es gibt kein Bild der Schicht</translation>
    </message>
    <message>
        <source>{count} slices filled in; N goes to each.</source>
        <translation>{count} Schichten gefüllt; N geht zu jeder.</translation>
    </message>
</context>
<context>
    <name>session.reading_session</name>
    <message>
        <source>A VOI that could not be saved last time is not used, because {why}. It is kept as {name} in the folder {folder} beside the settings of Slicer.</source>
        <translation>Ein VOI, das beim letzten Mal nicht gespeichert werden konnte, wird nicht verwendet: {why}. Es liegt als {name} im Ordner {folder} neben den Einstellungen von Slicer.</translation>
    </message>
    <message>
        <source>Another module had moved images or the outline of the case. They are back in their place: see whether the last stroke lies where it was meant.</source>
        <translation>Ein anderes Modul hatte Bilder oder die Kontur des Falls verschoben. Sie sind wieder an ihrem Platz: Bitte prüfen, ob der letzte Strich dort liegt, wo er sein sollte.</translation>
    </message>
    <message>
        <source>Deleted or renamed, and put back as it was drawn: {segments}. To start again, erase it.</source>
        <translation>Gelöscht oder umbenannt und so wiederhergestellt, wie es gezeichnet war: {segments}. Zum Neubeginn die Kontur ausradieren.</translation>
    </message>
    <message>
        <source>The VOI that could not be saved last time was brought back.</source>
        <translation>Das VOI, das beim letzten Mal nicht gespeichert werden konnte, ist wieder da.</translation>
    </message>
    <message>
        <source>The outline cannot be changed now; what another module did to it was put back.</source>
        <translation>Die Kontur kann jetzt nicht geändert werden; was ein anderes Modul daran geändert hatte, wurde zurückgenommen.</translation>
    </message>
    <message>
        <source>its file is damaged</source>
        <translation>seine Datei ist beschädigt</translation>
    </message>
    <message>
        <source>the case is signed off</source>
        <translation>der Fall ist freigegeben</translation>
    </message>
    <message>
        <source>the study has a newer one</source>
        <translation>in der Studie liegt ein neueres</translation>
    </message>
</context>
</TS>
