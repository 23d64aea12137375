<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
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
        <translation>病例</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>裁定</translation>
    </message>
    <message>
        <source>Double-click opens a case</source>
        <translation>双击打开病例</translation>
    </message>
    <message>
        <source>Next case</source>
        <translation>下一病例</translation>
    </message>
    <message>
        <source>Optional</source>
        <translation>可选</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Undecided</source>
        <translation>未裁定</translation>
    </message>
    <message>
        <source>VOI</source>
        <translation>VOI</translation>
    </message>
    <message>
        <source>VOI of A</source>
        <translation>A的VOI</translation>
    </message>
    <message>
        <source>VOI of B</source>
        <translation>B的VOI</translation>
    </message>
    <message>
        <source>Whose VOI the row is made from</source>
        <translation>该行数据取自谁的VOI</translation>
    </message>
</context>
<context>
    <name>AnalysisPage</name>
    <message>
        <source>Analyse</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>Group comparisons, models, ROC, agreement; results go to the folder "analysis" beside the features</source>
        <translation>组间比较、模型、ROC、一致性;结果存入特征表旁的“analysis”文件夹</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>阅片结果</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Table in the view beside</source>
        <translation>旁边视图中的表格</translation>
    </message>
    <message>
        <source>Tables 1 to 4 and S2 to S5 in journal style as tables.docx, figures as SVG, PDF, PNG and TIFF, beside the report</source>
        <translation>按期刊格式的表 1 至 4 和 S2 至 S5 (tables.docx),以及 SVG、PDF、PNG 和 TIFF 格式的图,存于报告旁</translation>
    </message>
    <message>
        <source>Word tables</source>
        <translation>Word 表格</translation>
    </message>
    <message>
        <source>features.csv of an export, or any CSV with its columns</source>
        <translation>导出的features.csv,或含相同列的任何CSV</translation>
    </message>
    <message>
        <source>readings.csv of an export, for the agreement of the readers; may be empty</source>
        <translation>导出的readings.csv,用于阅片者一致性;可为空</translation>
    </message>
</context>
<context>
    <name>CohortPage</name>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Bring back the case that is marked below, as it was; an erased one cannot come back</source>
        <translation>恢复下方选中的病例至原状;已擦除的无法恢复</translation>
    </message>
    <message>
        <source>CSV or .xlsx with case or patient ids; a template comes from her2lowmri study template</source>
        <translation>CSV 或 .xlsx，含病例编号或患者编号；模板由 her2lowmri study template 生成</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>DICOM objects name the patient (hospital's archive)</source>
        <translation>DICOM对象包含患者信息(院内存档)</translation>
    </message>
    <message>
        <source>Exclude case</source>
        <translation>排除病例</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>File names give b-values (dwi_b800.nrrd)</source>
        <translation>文件名给出 b 值（dwi_b800.nrrd）</translation>
    </message>
    <message>
        <source>Folder for the tables</source>
        <translation>表格文件夹</translation>
    </message>
    <message>
        <source>HER2</source>
        <translation>HER2</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Nobody may have the study open meanwhile; Restore brings the case back as it was</source>
        <translation>期间不得有人打开该研究;“恢复”可使病例复原</translation>
    </message>
    <message>
        <source>None of them</source>
        <translation>都不是</translation>
    </message>
    <message>
        <source>Only where nothing in the file does; never of DICOM images</source>
        <translation>仅在文件内没有 b 值时使用；不用于 DICOM 图像</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Otherwise each case gets a pseudonym made from the patient id</source>
        <translation>否则每个病例由患者编号生成假名</translation>
    </message>
    <message>
        <source>Pathology of the marked case</source>
        <translation>选中病例的病理</translation>
    </message>
    <message>
        <source>Put the readers' remarks into readings.csv as typed; read them before you pass the tables on</source>
        <translation>将阅片者备注原样写入readings.csv;转交表格前请先阅读</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>阅片结果</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>移除时间</translation>
    </message>
    <message>
        <source>Removed cases</source>
        <translation>已移除的病例</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Say what would change; nothing is written</source>
        <translation>说明将有哪些更改；不写入任何内容</translation>
    </message>
    <message>
        <source>Segmentation, structured report and parametric maps of every signed reading, for an archive or other software</source>
        <translation>每份已签署阅片的分割、结构化报告和参数图,供存档或其他软件使用</translation>
    </message>
    <message>
        <source>State patient and study as the images do; otherwise the pseudonym of the study and new UIDs, for research</source>
        <translation>按图像写明患者和检查;否则使用研究的假名和新UID(科研用)</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>The case has no such images</source>
        <translation>该病例没有此类图像</translation>
    </message>
    <message>
        <source>The folders have pseudonyms: keep their names</source>
        <translation>文件夹以假名命名：保留名称</translation>
    </message>
    <message>
        <source>The marked series are it: one, both sides, or the series of all phases</source>
        <translation>选中的序列即是:单个、双侧或所有期相的序列</translation>
    </message>
    <message>
        <source>Use the marked</source>
        <translation>使用选中者</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>What is taken over</source>
        <translation>导入的内容</translation>
    </message>
    <message>
        <source>Which images</source>
        <translation>哪些图像</translation>
    </message>
    <message>
        <source>Why, for the log; no name</source>
        <translation>原因(记入日志;勿写姓名)</translation>
    </message>
    <message>
        <source>Write DICOM</source>
        <translation>写出DICOM</translation>
    </message>
    <message>
        <source>with remarks as typed (may name a person)</source>
        <translation>含原样备注(可能含姓名)</translation>
    </message>
</context>
<context>
    <name>DescriptorsPage</name>
    <message>
        <source>1–8 answer · 9 not assessable · ⌫ clear</source>
        <translation>1–8 作答 · 9 无法评估 · ⌫ 清除</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Draw a line</source>
        <translation>画线</translation>
    </message>
    <message>
        <source>Hottest voxels again</source>
        <translation>重取最强体素</translation>
    </message>
    <message>
        <source>Line and size as they were before</source>
        <translation>线段和大小恢复为之前</translation>
    </message>
    <message>
        <source>Mark T2</source>
        <translation>标记T2</translation>
    </message>
    <message>
        <source>Measured beside the answers</source>
        <translation>作答之外的测量</translation>
    </message>
    <message>
        <source>More descriptors</source>
        <translation>更多描述</translation>
    </message>
    <message>
        <source>Optional questions: location, kinetics, associated features</source>
        <translation>可选问题:位置、动力学、伴随征象</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Take the curve where the VOI enhances most, not where it was moved</source>
        <translation>在VOI强化最强处取曲线,而非移动后的位置</translation>
    </message>
    <message>
        <source>Takes the line away, and the size that it gave</source>
        <translation>删除线段及其给出的大小</translation>
    </message>
    <message>
        <source>Then click both ends of the longest diameter, in any view</source>
        <translation>然后在任一视图点击最长径的两端</translation>
    </message>
    <message>
        <source>Then click into the lesion and into the pectoral muscle, on T2</source>
        <translation>然后在T2上点击病灶和胸大肌</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>FeaturesPage</name>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Darkest part again</source>
        <translation>重新取最暗区</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>直方图</translation>
    </message>
    <message>
        <source>Map whose histogram is shown</source>
        <translation>显示哪个参数图的直方图</translation>
    </message>
    <message>
        <source>Mark a cell to see the histogram of its map</source>
        <translation>选中单元格可查看其参数图的直方图</translation>
    </message>
    <message>
        <source>Row as it will be exported</source>
        <translation>将导出的数据行</translation>
    </message>
    <message>
        <source>Save row as CSV…</source>
        <translation>将该行存为CSV…</translation>
    </message>
    <message>
        <source>Signal decay</source>
        <translation>信号衰减</translation>
    </message>
    <message>
        <source>The darkest disc inside the VOI on the ADC map, away from its edge, as the EUSOBI consensus asks (Eur Radiol 2020;30:1436). Drag its mark to move it</source>
        <translation>ADC 图上 VOI 内远离边缘的最暗圆形区域，按 EUSOBI 共识（Eur Radiol 2020;30:1436）。拖动标记可移动它</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Where the measured signal is taken</source>
        <translation>测量信号取自何处</translation>
    </message>
</context>
<context>
    <name>HER2LowMRI</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Keys and help (F1)</source>
        <translation>按键与帮助(F1)</translation>
    </message>
    <message>
        <source>Methods after Shen et al., Tomography 2025;11(3):31, doi:10.3390/tomography11030031.</source>
        <translation>方法依据 Shen 等,Tomography 2025;11(3):31,doi:10.3390/tomography11030031。</translation>
    </message>
    <message>
        <source>Next case (Ctrl+N)</source>
        <translation>下一病例(Ctrl+N)</translation>
    </message>
    <message>
        <source>Previous case (Ctrl+P)</source>
        <translation>上一病例(Ctrl+P)</translation>
    </message>
    <message>
        <source>Reader study of breast MRI and HER2 expression: ADC, D_app and K_app maps from multi-b diffusion MRI, VOI, BI-RADS descriptors, sign-off, adjudication and export. Research software, no medical device. Keys: Ctrl+Enter next step, Ctrl+N and Ctrl+P next and previous case, digits answer the form, F1 all keys.</source>
        <translation>乳腺MRI与HER2表达的阅片研究:多b值扩散MRI的ADC、D_app和K_app图,VOI,BI-RADS描述,签署,裁定与导出。科研软件,非医疗器械。按键:Ctrl+Enter 下一步,Ctrl+N 和 Ctrl+P 下一/上一病例,数字键作答,F1 全部按键。</translation>
    </message>
    <message>
        <source>Research software, no medical device.</source>
        <translation>科研软件,非医疗器械。</translation>
    </message>
    <message>
        <source>Time on this case [min:s]</source>
        <translation>本病例用时[分:秒]</translation>
    </message>
    <message>
        <source>To the next step (Ctrl+Enter)</source>
        <translation>到下一步(Ctrl+Enter)</translation>
    </message>
    <message>
        <source>To the step before</source>
        <translation>到上一步</translation>
    </message>
</context>
<context>
    <name>HER2LowMRI.lexicon</name>
    <message>
        <source>0 – incomplete</source>
        <translation>0 – 评估不完全</translation>
    </message>
    <message>
        <source>1 – negative</source>
        <translation>1 – 阴性</translation>
    </message>
    <message>
        <source>1 – none</source>
        <translation>1 – 无</translation>
    </message>
    <message>
        <source>2 – benign</source>
        <translation>2 – 良性</translation>
    </message>
    <message>
        <source>2 – peritumoral</source>
        <translation>2 – 瘤周</translation>
    </message>
    <message>
        <source>3 – prepectoral</source>
        <translation>3 – 胸肌前</translation>
    </message>
    <message>
        <source>3 – probably benign</source>
        <translation>3 – 可能良性</translation>
    </message>
    <message>
        <source>4 – subcutaneous</source>
        <translation>4 – 皮下</translation>
    </message>
    <message>
        <source>4 – suspicious</source>
        <translation>4 – 可疑恶性</translation>
    </message>
    <message>
        <source>5 – highly suggestive of malignancy</source>
        <translation>5 – 高度提示恶性</translation>
    </message>
    <message>
        <source>50 % to 100 %.</source>
        <translation>50 %至100 %。</translation>
    </message>
    <message>
        <source>6 – known malignancy</source>
        <translation>6 – 已证实的恶性</translation>
    </message>
    <message>
        <source>A breast implant on the side of the index lesion.</source>
        <translation>主病灶同侧的乳房假体。</translation>
    </message>
    <message>
        <source>A dot of enhancement, mostly under 5 mm, too small to have a shape or margin.</source>
        <translation>点状强化,多小于5 mm,过小而无法描述形态或边缘。</translation>
    </message>
    <message>
        <source>A large area, at least a quadrant, that does not follow one duct system.</source>
        <translation>至少一个象限的大片区域,不符合单一导管系统分布。</translation>
    </message>
    <message>
        <source>A line of silicone just inside the capsule.</source>
        <translation>紧贴囊内侧的硅胶线。</translation>
    </message>
    <message>
        <source>A local bulge.</source>
        <translation>局部隆起。</translation>
    </message>
    <message>
        <source>A lymph node inside the breast.</source>
        <translation>乳腺内的淋巴结。</translation>
    </message>
    <message>
        <source>A mass and non-mass enhancement that touch each other or are evidently one disease (an item of the paper, not of BI-RADS).</source>
        <translation>肿块与非肿块强化相连,或显然为同一病变(原文的项目,非BI-RADS术语)。</translation>
    </message>
    <message>
        <source>A mass that does not enhance.</source>
        <translation>不强化的肿块。</translation>
    </message>
    <message>
        <source>A result class of the guideline of 2013; not a result any more since 2018.</source>
        <translation>2013年指南的结果类别;自2018年起不再使用。</translation>
    </message>
    <message>
        <source>A rim, strand or area of fluid-like T2 signal lies in the tissue next to the lesion and is not a cyst, duct or vessel.</source>
        <translation>病灶旁组织内有环状、条状或片状液体样T2信号,且非囊肿、导管或血管。</translation>
    </message>
    <message>
        <source>A signal is at or above the clipping value of the image.</source>
        <translation>信号达到或超过图像的截断值。</translation>
    </message>
    <message>
        <source>A signal is zero, negative, infinite or not a number: no map has a value here.</source>
        <translation>信号为零、负值、无穷大或非数值：各参数图在此均无值。</translation>
    </message>
    <message>
        <source>A triangle or cone with its tip towards the nipple, as a duct system spreads.</source>
        <translation>尖端指向乳头的三角形或锥形,与导管系统分布一致。</translation>
    </message>
    <message>
        <source>ADC is not in (0, adc_max].</source>
        <translation>ADC 不在 (0, adc_max] 内。</translation>
    </message>
    <message>
        <source>ASCO/CAP 2007.</source>
        <translation>ASCO/CAP 2007。</translation>
    </message>
    <message>
        <source>ASCO/CAP 2013.</source>
        <translation>ASCO/CAP 2013。</translation>
    </message>
    <message>
        <source>ASCO/CAP 2018.</source>
        <translation>ASCO/CAP 2018。</translation>
    </message>
    <message>
        <source>ASCO/CAP 2023, which keeps the rules of 2018.</source>
        <translation>ASCO/CAP 2023,沿用2018年规则。</translation>
    </message>
    <message>
        <source>ASCO/CAP guideline by which the laboratory reported.</source>
        <translation>实验室报告所依据的ASCO/CAP指南。</translation>
    </message>
    <message>
        <source>Abnormal enhancement of thickened skin.</source>
        <translation>增厚皮肤的异常强化。</translation>
    </message>
    <message>
        <source>Abnormal enhancement reaches into ribs or intercostal space, beyond the pectoralis.</source>
        <translation>异常强化越过胸大肌,累及肋骨或肋间隙。</translation>
    </message>
    <message>
        <source>Abnormal enhancement reaches into the pectoralis muscle.</source>
        <translation>异常强化累及胸大肌。</translation>
    </message>
    <message>
        <source>Abnormal implant contour</source>
        <translation>假体轮廓异常</translation>
    </message>
    <message>
        <source>Abnormal lymph nodes of the axilla: enlarged, rounded, thick cortex or lost hilum.</source>
        <translation>腋窝异常淋巴结:增大、变圆、皮质增厚或淋巴门消失。</translation>
    </message>
    <message>
        <source>About a half to three quarters of normal tissue enhances.</source>
        <translation>约二分之一至四分之三的正常组织强化。</translation>
    </message>
    <message>
        <source>About a quarter to a half of normal tissue enhances.</source>
        <translation>约四分之一至二分之一的正常组织强化。</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>年龄</translation>
    </message>
    <message>
        <source>Age at the MRI, in completed years.</source>
        <translation>MRI检查时的周岁年龄。</translation>
    </message>
    <message>
        <source>Alike in both breasts.</source>
        <translation>双侧相似。</translation>
    </message>
    <message>
        <source>Along a line, straight or branching, as a duct runs.</source>
        <translation>沿导管走行呈直线或分支状。</translation>
    </message>
    <message>
        <source>Amount of fibroglandular tissue</source>
        <translation>纤维腺体组织量</translation>
    </message>
    <message>
        <source>An enhancing benign lesion of the skin.</source>
        <translation>皮肤的良性强化病变。</translation>
    </message>
    <message>
        <source>Antibody clone</source>
        <translation>抗体克隆</translation>
    </message>
    <message>
        <source>Antibody clone of the HER2 immunohistochemistry, as 4B5 or HercepTest.</source>
        <translation>HER2免疫组化的抗体克隆,如4B5或HercepTest。</translation>
    </message>
    <message>
        <source>Any area inside the lesion is visibly as bright as, or brighter than, fluid or vessels on fat-suppressed T2.</source>
        <translation>脂肪抑制T2像上,病灶内任一区域的亮度明显等于或高于液体或血管。</translation>
    </message>
    <message>
        <source>Any other build.</source>
        <translation>任何其他结构。</translation>
    </message>
    <message>
        <source>Any other filling.</source>
        <translation>任何其他填充物。</translation>
    </message>
    <message>
        <source>Any other guideline.</source>
        <translation>任何其他指南。</translation>
    </message>
    <message>
        <source>Architectural distortion</source>
        <translation>结构扭曲</translation>
    </message>
    <message>
        <source>Asked for, not yet reported.</source>
        <translation>已申请,尚未报告。</translation>
    </message>
    <message>
        <source>Assessment</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Associated features</source>
        <translation>伴随征象</translation>
    </message>
    <message>
        <source>At least 1 % of tumour nuclei stain.</source>
        <translation>至少1 %的肿瘤细胞核染色。</translation>
    </message>
    <message>
        <source>At least one abnormal node.</source>
        <translation>至少一个异常淋巴结。</translation>
    </message>
    <message>
        <source>At least one focus besides the index lesion.</source>
        <translation>除主病灶外至少一个点状强化。</translation>
    </message>
    <message>
        <source>At least one.</source>
        <translation>至少一个。</translation>
    </message>
    <message>
        <source>Average HER2 signals per tumour cell.</source>
        <translation>每个肿瘤细胞的平均HER2信号数。</translation>
    </message>
    <message>
        <source>Axillary adenopathy</source>
        <translation>腋窝淋巴结肿大</translation>
    </message>
    <message>
        <source>BI-RADS assessment</source>
        <translation>BI-RADS评估分类</translation>
    </message>
    <message>
        <source>Background parenchymal enhancement</source>
        <translation>背景实质强化</translation>
    </message>
    <message>
        <source>Ball-shaped, circular in every plane.</source>
        <translation>球形,各平面均呈圆形。</translation>
    </message>
    <message>
        <source>Bean-shaped, with hilum and thin cortex.</source>
        <translation>豆形,有淋巴门,皮质薄。</translation>
    </message>
    <message>
        <source>Behind the gland, before the pectoralis muscle.</source>
        <translation>腺体后方,胸大肌前方。</translation>
    </message>
    <message>
        <source>Behind the nipple, deeper than the subareolar region.</source>
        <translation>乳头后方,深于乳晕下区。</translation>
    </message>
    <message>
        <source>Behind the pectoralis muscle.</source>
        <translation>胸大肌后方。</translation>
    </message>
    <message>
        <source>Benign finding.</source>
        <translation>良性发现。</translation>
    </message>
    <message>
        <source>Border between mass and surrounding tissue on the early post-contrast images.</source>
        <translation>增强早期图像上肿块与周围组织的交界。</translation>
    </message>
    <message>
        <source>Breast</source>
        <translation>乳腺</translation>
    </message>
    <message>
        <source>Breast edema score</source>
        <translation>乳腺水肿评分</translation>
    </message>
    <message>
        <source>Breast of the index lesion.</source>
        <translation>主病灶所在乳腺。</translation>
    </message>
    <message>
        <source>Breast tissue that reaches towards the axilla.</source>
        <translation>向腋窝延伸的乳腺组织。</translation>
    </message>
    <message>
        <source>Bright duct contents on T1-weighted images before contrast.</source>
        <translation>增强前T1加权像上导管内容物呈高信号。</translation>
    </message>
    <message>
        <source>Cancer proven by biopsy.</source>
        <translation>经活检证实的癌。</translation>
    </message>
    <message>
        <source>Chest wall invasion</source>
        <translation>胸壁侵犯</translation>
    </message>
    <message>
        <source>Circumscribed, enhancing, with a fatty hilum, usually near a vessel.</source>
        <translation>边缘清晰,有强化,具脂肪门,通常靠近血管。</translation>
    </message>
    <message>
        <source>Clearly more in one breast.</source>
        <translation>一侧明显更多。</translation>
    </message>
    <message>
        <source>Clinic</source>
        <translation>临床</translation>
    </message>
    <message>
        <source>Clock face</source>
        <translation>钟面位置</translation>
    </message>
    <message>
        <source>Collapsed shell seen as curved dark lines in silicone.</source>
        <translation>塌陷的外壳在硅胶内呈弯曲低信号线。</translation>
    </message>
    <message>
        <source>Core needle biopsy.</source>
        <translation>粗针穿刺活检。</translation>
    </message>
    <message>
        <source>Counted again; the values given are the final ones.</source>
        <translation>已复核计数;所给数值为最终值。</translation>
    </message>
    <message>
        <source>Counted once.</source>
        <translation>仅计数一次。</translation>
    </message>
    <message>
        <source>Course of the signal after the first 2 minutes, or after the curve bends, at the most suspicious part of the lesion.</source>
        <translation>2分钟后或曲线转折后,病灶最可疑处的信号走势。</translation>
    </message>
    <message>
        <source>Cyst</source>
        <translation>囊肿</translation>
    </message>
    <message>
        <source>D_app is not in (0, d_max], e.g. the signal is constant or rises with b.</source>
        <translation>D_app 不在 (0, d_max] 内，例如信号不变或随 b 升高。</translation>
    </message>
    <message>
        <source>Dark folds that run inwards from the shell; normal.</source>
        <translation>由外壳向内走行的低信号皱褶;正常。</translation>
    </message>
    <message>
        <source>Date of the HER2 report</source>
        <translation>HER2报告日期</translation>
    </message>
    <message>
        <source>Date of the report; stays in the study folder, no export holds a date.</source>
        <translation>报告日期;仅保留在研究文件夹内,导出文件不含日期。</translation>
    </message>
    <message>
        <source>Delayed enhancement</source>
        <translation>延迟期强化</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>深度</translation>
    </message>
    <message>
        <source>Diffusion</source>
        <translation>扩散</translation>
    </message>
    <message>
        <source>Directly under the areola, in the anterior third.</source>
        <translation>紧邻乳晕下方,位于前1/3。</translation>
    </message>
    <message>
        <source>Distance from the nipple</source>
        <translation>距乳头距离</translation>
    </message>
    <message>
        <source>Done without a result.</source>
        <translation>已检测但无结果。</translation>
    </message>
    <message>
        <source>Droplets of water inside the silicone.</source>
        <translation>硅胶内的水滴。</translation>
    </message>
    <message>
        <source>Ductal high T1 signal before contrast</source>
        <translation>增强前导管T1高信号</translation>
    </message>
    <message>
        <source>Dynamic</source>
        <translation>动态增强</translation>
    </message>
    <message>
        <source>ER status of the primary tumour by immunohistochemistry.</source>
        <translation>原发肿瘤免疫组化ER状态。</translation>
    </message>
    <message>
        <source>Edema between breast and pectoralis muscle.</source>
        <translation>乳腺与胸大肌之间水肿。</translation>
    </message>
    <message>
        <source>Edema next to the lesion.</source>
        <translation>病灶旁水肿。</translation>
    </message>
    <message>
        <source>Edema under the skin.</source>
        <translation>皮下水肿。</translation>
    </message>
    <message>
        <source>Egg-shaped; up to three gentle undulations (lobulated) count as oval.</source>
        <translation>蛋形;三个以内的平缓起伏(分叶)也归为卵圆形。</translation>
    </message>
    <message>
        <source>Encapsulated lesion of fat and fibroglandular tissue.</source>
        <translation>由脂肪和纤维腺体组织构成的有包膜病灶。</translation>
    </message>
    <message>
        <source>Enhancement that is neither focus nor mass: no convex outline, normal tissue or fat may lie within it.</source>
        <translation>既非点状强化也非肿块的强化:无外凸轮廓,其内可夹杂正常组织或脂肪。</translation>
    </message>
    <message>
        <source>Enhancing tumour reaches into the nipple.</source>
        <translation>强化的肿瘤累及乳头。</translation>
    </message>
    <message>
        <source>Estrogen receptor (ER)</source>
        <translation>雌激素受体(ER)</translation>
    </message>
    <message>
        <source>Even and confluent.</source>
        <translation>均匀且融合。</translation>
    </message>
    <message>
        <source>Even throughout the mass.</source>
        <translation>整个肿块强化均匀。</translation>
    </message>
    <message>
        <source>Extracapsular silicone</source>
        <translation>囊外硅胶</translation>
    </message>
    <message>
        <source>Faint incomplete membrane staining in more than 10 % of tumour cells.</source>
        <translation>超过10 %的肿瘤细胞呈微弱不完整膜染色。</translation>
    </message>
    <message>
        <source>Falls by more than 10 %.</source>
        <translation>下降超过10 %。</translation>
    </message>
    <message>
        <source>Farthest extent of edema on fat-suppressed T2-weighted images.</source>
        <translation>脂肪抑制T2加权像上水肿所达的最远范围。</translation>
    </message>
    <message>
        <source>Fat necrosis</source>
        <translation>脂肪坏死</translation>
    </message>
    <message>
        <source>Fat-containing lesions</source>
        <translation>含脂病灶</translation>
    </message>
    <message>
        <source>Fibroglandular tissue prevails, with fat between it.</source>
        <translation>以纤维腺体组织为主,其间有脂肪。</translation>
    </message>
    <message>
        <source>Fluid around the implant.</source>
        <translation>假体周围的液体。</translation>
    </message>
    <message>
        <source>Foci counted in the breast of the index lesion; 20 stands for 20 and more.</source>
        <translation>主病灶所在乳腺内点状强化的数目;20表示20个及以上。</translation>
    </message>
    <message>
        <source>Focus or foci</source>
        <translation>点状强化</translation>
    </message>
    <message>
        <source>Guideline</source>
        <translation>指南</translation>
    </message>
    <message>
        <source>HER2 IHC</source>
        <translation>HER2免疫组化</translation>
    </message>
    <message>
        <source>HER2 IHC (core biopsy)</source>
        <translation>HER2免疫组化(穿刺活检)</translation>
    </message>
    <message>
        <source>HER2 ISH result</source>
        <translation>HER2原位杂交结果</translation>
    </message>
    <message>
        <source>HER2 ISH result (core biopsy)</source>
        <translation>HER2原位杂交结果(穿刺活检)</translation>
    </message>
    <message>
        <source>HER2 and chromosome 17 counted together (ratio and copies).</source>
        <translation>HER2与17号染色体同时计数(比值和拷贝数)。</translation>
    </message>
    <message>
        <source>HER2 copies per cell</source>
        <translation>每细胞HER2拷贝数</translation>
    </message>
    <message>
        <source>HER2 copies per cell (core biopsy)</source>
        <translation>每细胞HER2拷贝数(穿刺活检)</translation>
    </message>
    <message>
        <source>HER2 counted alone (copies).</source>
        <translation>仅计数HER2(拷贝数)。</translation>
    </message>
    <message>
        <source>HER2 immunohistochemistry score as reported.</source>
        <translation>报告的HER2免疫组化评分。</translation>
    </message>
    <message>
        <source>HER2 in situ hybridisation (FISH, CISH, SISH) as the laboratory reported it.</source>
        <translation>实验室报告的HER2原位杂交(FISH、CISH、SISH)结果。</translation>
    </message>
    <message>
        <source>HER2 signals divided by chromosome 17 signals, dual-probe ISH.</source>
        <translation>双探针ISH中HER2信号与17号染色体信号之比。</translation>
    </message>
    <message>
        <source>HER2 test</source>
        <translation>HER2检测</translation>
    </message>
    <message>
        <source>HER2 test of the core biopsy, where the surgical specimen was tested too</source>
        <translation>穿刺活检的HER2检测(手术标本也已检测时)</translation>
    </message>
    <message>
        <source>HER2-stained cells</source>
        <translation>HER2染色细胞</translation>
    </message>
    <message>
        <source>HER2/CEP17 ratio</source>
        <translation>HER2/CEP17比值</translation>
    </message>
    <message>
        <source>HER2/CEP17 ratio (core biopsy)</source>
        <translation>HER2/CEP17比值(穿刺活检)</translation>
    </message>
    <message>
        <source>Haematoma or seroma after an operation or biopsy.</source>
        <translation>手术或活检后的血肿或血清肿。</translation>
    </message>
    <message>
        <source>Hamartoma</source>
        <translation>错构瘤</translation>
    </message>
    <message>
        <source>High signal around, not in, the lesion on fat-suppressed T2-weighted images; the paper gives no rule, this is ours.</source>
        <translation>脂肪抑制T2加权像上病灶周围(而非内部)的高信号;原文未给出标准,此处为本软件的定义。</translation>
    </message>
    <message>
        <source>High signal inside the lesion on fat-suppressed T2-weighted images; the paper names the sign but gives no rule, this is ours.</source>
        <translation>脂肪抑制T2加权像上病灶内部的高信号;原文提到此征象但未给出标准,此处为本软件的定义。</translation>
    </message>
    <message>
        <source>Hour of the index lesion on the clock face, breast seen from the front.</source>
        <translation>从正面观察乳腺,主病灶对应的钟点。</translation>
    </message>
    <message>
        <source>How many compartments the implant has.</source>
        <translation>假体有几个腔。</translation>
    </message>
    <message>
        <source>How strongly normal fibroglandular tissue enhances on the first post-contrast images, both breasts together.</source>
        <translation>增强后第一期图像上正常纤维腺体组织的强化程度,双侧乳腺合并评价。</translation>
    </message>
    <message>
        <source>How the non-mass enhancement is spread in the breast.</source>
        <translation>非肿块强化在乳腺内的分布方式。</translation>
    </message>
    <message>
        <source>ISH probe</source>
        <translation>ISH探针</translation>
    </message>
    <message>
        <source>ISH probe (core biopsy)</source>
        <translation>ISH探针(穿刺活检)</translation>
    </message>
    <message>
        <source>ISH recounted</source>
        <translation>ISH复核计数</translation>
    </message>
    <message>
        <source>Implant</source>
        <translation>假体</translation>
    </message>
    <message>
        <source>Implant location</source>
        <translation>假体位置</translation>
    </message>
    <message>
        <source>Implant lumen</source>
        <translation>假体腔</translation>
    </message>
    <message>
        <source>Implant material</source>
        <translation>假体材料</translation>
    </message>
    <message>
        <source>In breast tissue.</source>
        <translation>在乳腺组织内。</translation>
    </message>
    <message>
        <source>In lymph nodes, with or without the breast.</source>
        <translation>在淋巴结内,伴或不伴乳腺内。</translation>
    </message>
    <message>
        <source>Initial enhancement</source>
        <translation>早期强化</translation>
    </message>
    <message>
        <source>Intense complete membrane staining all around in more than 10 %.</source>
        <translation>超过10 %的细胞呈强、完整、环周膜染色。</translation>
    </message>
    <message>
        <source>Intracapsular silicone</source>
        <translation>囊内硅胶</translation>
    </message>
    <message>
        <source>Intramammary lymph node</source>
        <translation>乳腺内淋巴结</translation>
    </message>
    <message>
        <source>Intratumoral T2 hyperintensity</source>
        <translation>瘤内T2高信号</translation>
    </message>
    <message>
        <source>Islands of fibroglandular tissue lie scattered in fat.</source>
        <translation>纤维腺体组织呈岛状散在于脂肪中。</translation>
    </message>
    <message>
        <source>K_app is not in k_range, or undefined because D_app is 0.</source>
        <translation>K_app 不在 k_range 内，或因 D_app 为 0 而无定义。</translation>
    </message>
    <message>
        <source>Ki-67</source>
        <translation>Ki-67</translation>
    </message>
    <message>
        <source>Kind of ISH assay.</source>
        <translation>原位杂交检测的类型。</translation>
    </message>
    <message>
        <source>Kind of the index lesion (the largest one) on post-contrast images; decides which of the following questions apply.</source>
        <translation>增强后图像上主病灶(最大者)的类型;决定后续哪些问题适用。</translation>
    </message>
    <message>
        <source>Kinetics</source>
        <translation>动力学曲线</translation>
    </message>
    <message>
        <source>Laboratory</source>
        <translation>实验室</translation>
    </message>
    <message>
        <source>Laboratory of the test; stays in the study folder.</source>
        <translation>检测实验室;仅保留在研究文件夹内。</translation>
    </message>
    <message>
        <source>Left breast.</source>
        <translation>左乳。</translation>
    </message>
    <message>
        <source>Lesion</source>
        <translation>病灶</translation>
    </message>
    <message>
        <source>Lesion size</source>
        <translation>病灶大小</translation>
    </message>
    <message>
        <source>Lesion type</source>
        <translation>病灶类型</translation>
    </message>
    <message>
        <source>Lesion with fat inside, of fat signal on all sequences, with or without a rim.</source>
        <translation>内含脂肪的病灶,各序列均呈脂肪信号,可有或无边缘环。</translation>
    </message>
    <message>
        <source>Less than 1 % of tumour nuclei stain.</source>
        <translation>不足1 %的肿瘤细胞核染色。</translation>
    </message>
    <message>
        <source>Less than 50 %.</source>
        <translation>小于50 %。</translation>
    </message>
    <message>
        <source>Likelihood of cancer above 2 % and below 95 %.</source>
        <translation>恶性可能性大于2 %且小于95 %。</translation>
    </message>
    <message>
        <source>Likelihood of cancer at least 95 %.</source>
        <translation>恶性可能性不低于95 %。</translation>
    </message>
    <message>
        <source>Likelihood of cancer at most 2 %.</source>
        <translation>恶性可能性不超过2 %。</translation>
    </message>
    <message>
        <source>Lines radiate from any part of the border.</source>
        <translation>边缘任一部分有线条向外放射。</translation>
    </message>
    <message>
        <source>Lines without enhancement cross the enhancing mass.</source>
        <translation>强化肿块内有无强化的线条穿行。</translation>
    </message>
    <message>
        <source>Local loss of signal from a clip, coil or other foreign body.</source>
        <translation>夹子、线圈或其他异物所致的局部信号缺失。</translation>
    </message>
    <message>
        <source>Location</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Longest diameter of the index lesion on the early post-contrast images, in any plane; the whole extent where a mass comes with NME.</source>
        <translation>增强早期图像上主病灶在任意平面的最长径;肿块伴非肿块强化时取整体范围。</translation>
    </message>
    <message>
        <source>Lower inner quadrant.</source>
        <translation>内下象限。</translation>
    </message>
    <message>
        <source>Lower outer quadrant.</source>
        <translation>外下象限。</translation>
    </message>
    <message>
        <source>Lymph node with a fatty hilum in the field of view.</source>
        <translation>视野内具有脂肪门的淋巴结。</translation>
    </message>
    <message>
        <source>Lymph node with fat</source>
        <translation>含脂淋巴结</translation>
    </message>
    <message>
        <source>Mass</source>
        <translation>肿块</translation>
    </message>
    <message>
        <source>Mass internal enhancement</source>
        <translation>肿块内部强化</translation>
    </message>
    <message>
        <source>Mass margin</source>
        <translation>肿块边缘</translation>
    </message>
    <message>
        <source>Mass shape</source>
        <translation>肿块形态</translation>
    </message>
    <message>
        <source>Mean fat-suppressed T2 signal of the lesion divided by that of the pectoralis muscle on the same slice.</source>
        <translation>同一层面脂肪抑制T2像上病灶平均信号与胸大肌平均信号之比。</translation>
    </message>
    <message>
        <source>More imaging needed.</source>
        <translation>需要进一步影像检查。</translation>
    </message>
    <message>
        <source>More than 100 %.</source>
        <translation>大于100 %。</translation>
    </message>
    <message>
        <source>More than about three quarters of normal tissue enhances, strongly.</source>
        <translation>超过约四分之三的正常组织明显强化。</translation>
    </message>
    <message>
        <source>More than one filling.</source>
        <translation>一种以上填充物。</translation>
    </message>
    <message>
        <source>More than one malignant-looking lesion in the same breast; the largest one is read and measured.</source>
        <translation>同侧乳腺有一个以上恶性表现的病灶;仅阅读和测量最大者。</translation>
    </message>
    <message>
        <source>Multifocal or multicentric</source>
        <translation>多灶或多中心</translation>
    </message>
    <message>
        <source>NME distribution</source>
        <translation>非肿块强化分布</translation>
    </message>
    <message>
        <source>NME internal enhancement</source>
        <translation>非肿块强化内部强化</translation>
    </message>
    <message>
        <source>Nearly the whole breast is fat.</source>
        <translation>乳腺几乎全部为脂肪。</translation>
    </message>
    <message>
        <source>Nearly the whole breast is fibroglandular tissue.</source>
        <translation>乳腺几乎全部为纤维腺体组织。</translation>
    </message>
    <message>
        <source>Neither round nor oval.</source>
        <translation>既非圆形也非卵圆形。</translation>
    </message>
    <message>
        <source>Nipple invasion</source>
        <translation>乳头侵犯</translation>
    </message>
    <message>
        <source>Nipple retraction</source>
        <translation>乳头回缩</translation>
    </message>
    <message>
        <source>No area inside the lesion reaches the brightness of fluid or vessels on fat-suppressed T2.</source>
        <translation>脂肪抑制T2像上,病灶内无任何区域达到液体或血管的亮度。</translation>
    </message>
    <message>
        <source>No edema.</source>
        <translation>无水肿。</translation>
    </message>
    <message>
        <source>No focus.</source>
        <translation>无点状强化。</translation>
    </message>
    <message>
        <source>No membrane staining at all.</source>
        <translation>完全无膜染色。</translation>
    </message>
    <message>
        <source>No skin invasion.</source>
        <translation>无皮肤侵犯。</translation>
    </message>
    <message>
        <source>No staining, or faint incomplete membrane staining in at most 10 % of tumour cells.</source>
        <translation>无染色,或不超过10 %的肿瘤细胞呈微弱不完整膜染色。</translation>
    </message>
    <message>
        <source>No such node seen.</source>
        <translation>未见此类淋巴结。</translation>
    </message>
    <message>
        <source>Non-enhancing architectural distortion</source>
        <translation>无强化结构扭曲</translation>
    </message>
    <message>
        <source>Non-enhancing findings</source>
        <translation>无强化表现</translation>
    </message>
    <message>
        <source>Non-enhancing mass</source>
        <translation>无强化肿块</translation>
    </message>
    <message>
        <source>Non-mass enhancement</source>
        <translation>非肿块强化</translation>
    </message>
    <message>
        <source>None seen.</source>
        <translation>未见。</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>无。</translation>
    </message>
    <message>
        <source>Nothing speaks against the voxel.</source>
        <translation>该体素没有问题。</translation>
    </message>
    <message>
        <source>Nothing to comment on.</source>
        <translation>无异常发现。</translation>
    </message>
    <message>
        <source>Number of foci</source>
        <translation>点状强化数目</translation>
    </message>
    <message>
        <source>One compartment.</source>
        <translation>一个腔。</translation>
    </message>
    <message>
        <source>One confined area, smaller than a quadrant.</source>
        <translation>单个局限区域,小于一个象限。</translation>
    </message>
    <message>
        <source>One lesion in the breast.</source>
        <translation>乳腺内仅一个病灶。</translation>
    </message>
    <message>
        <source>Optional: what lies behind an IHC score of 0.</source>
        <translation>可选:IHC 0分的具体染色情况。</translation>
    </message>
    <message>
        <source>Other enhancing findings</source>
        <translation>其他强化表现</translation>
    </message>
    <message>
        <source>Outer form of the mass in three dimensions.</source>
        <translation>肿块的三维外形。</translation>
    </message>
    <message>
        <source>Outline of the implant.</source>
        <translation>假体的轮廓。</translation>
    </message>
    <message>
        <source>Overall assessment category; asked for completeness, all lesions of the study are proven cancers.</source>
        <translation>总体评估分类;为完整起见而设,本研究所有病灶均为经证实的癌。</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>PR status of the primary tumour by immunohistochemistry.</source>
        <translation>原发肿瘤免疫组化PR状态。</translation>
    </message>
    <message>
        <source>Pattern of contrast enhancement inside the mass on the early post-contrast images.</source>
        <translation>增强早期图像上肿块内部的强化方式。</translation>
    </message>
    <message>
        <source>Pattern of contrast enhancement inside the non-mass enhancement on the early post-contrast images.</source>
        <translation>增强早期图像上非肿块强化的内部强化方式。</translation>
    </message>
    <message>
        <source>Pebble-like clumps of enhancement of different form and size, partly confluent.</source>
        <translation>大小形态不一的鹅卵石样强化团,部分融合。</translation>
    </message>
    <message>
        <source>Pectoralis muscle invasion</source>
        <translation>胸大肌侵犯</translation>
    </message>
    <message>
        <source>Peri-implant fluid</source>
        <translation>假体周围积液</translation>
    </message>
    <message>
        <source>Peritumoral edema</source>
        <translation>瘤周水肿</translation>
    </message>
    <message>
        <source>Post-therapy skin or trabecular thickening</source>
        <translation>治疗后皮肤或小梁增厚</translation>
    </message>
    <message>
        <source>Postoperative collection</source>
        <translation>术后积液</translation>
    </message>
    <message>
        <source>Postoperative collection with fat</source>
        <translation>含脂术后积液</translation>
    </message>
    <message>
        <source>Present.</source>
        <translation>有。</translation>
    </message>
    <message>
        <source>Progesterone receptor (PR)</source>
        <translation>孕激素受体(PR)</translation>
    </message>
    <message>
        <source>Quadrant or region</source>
        <translation>象限或区域</translation>
    </message>
    <message>
        <source>Reported as amplified.</source>
        <translation>报告为扩增。</translation>
    </message>
    <message>
        <source>Reported as not amplified.</source>
        <translation>报告为无扩增。</translation>
    </message>
    <message>
        <source>Right breast.</source>
        <translation>右乳。</translation>
    </message>
    <message>
        <source>Rises further by more than 10 %.</source>
        <translation>继续上升超过10 %。</translation>
    </message>
    <message>
        <source>Round or oval, fluid-filled, without inner enhancement.</source>
        <translation>圆形或卵圆形,充满液体,内部无强化。</translation>
    </message>
    <message>
        <source>Salt solution.</source>
        <translation>盐水溶液。</translation>
    </message>
    <message>
        <source>Seen in at least one duct.</source>
        <translation>至少一支导管可见。</translation>
    </message>
    <message>
        <source>Seen.</source>
        <translation>可见。</translation>
    </message>
    <message>
        <source>Seroma or haematoma with fat inside.</source>
        <translation>内含脂肪的血清肿或血肿。</translation>
    </message>
    <message>
        <source>Share of fibroglandular tissue against fat on T1-weighted images without fat suppression, both breasts together.</source>
        <translation>在无脂肪抑制的T1加权像上,双侧乳腺纤维腺体组织相对于脂肪的比例。</translation>
    </message>
    <message>
        <source>Share of tumour cells with membrane staining, where the report gives it.</source>
        <translation>报告给出的有膜染色的肿瘤细胞比例。</translation>
    </message>
    <message>
        <source>Share of tumour nuclei that stain for Ki-67. The cut between low and high is the median of the cohort and is made by the analysis.</source>
        <translation>Ki-67染色阳性的肿瘤细胞核比例。高低界值为队列中位数,由分析得出。</translation>
    </message>
    <message>
        <source>Sharp along the whole border.</source>
        <translation>整个边缘清晰锐利。</translation>
    </message>
    <message>
        <source>Shortest distance from the nipple to the index lesion.</source>
        <translation>乳头至主病灶的最短距离。</translation>
    </message>
    <message>
        <source>Side</source>
        <translation>侧别</translation>
    </message>
    <message>
        <source>Signal rise within the first 2 minutes after contrast, or until the curve bends, at the fastest part of the lesion.</source>
        <translation>注射对比剂后2分钟内或曲线转折前,病灶强化最快处的信号增幅。</translation>
    </message>
    <message>
        <source>Signal void</source>
        <translation>信号缺失</translation>
    </message>
    <message>
        <source>Silicone gel.</source>
        <translation>硅凝胶。</translation>
    </message>
    <message>
        <source>Silicone inside a fold (keyhole, teardrop or noose).</source>
        <translation>皱褶内的硅胶(钥匙孔、泪滴或套索状)。</translation>
    </message>
    <message>
        <source>Silicone outside the fibrous capsule.</source>
        <translation>纤维囊外的硅胶。</translation>
    </message>
    <message>
        <source>Skin enhances where the tumour touches it.</source>
        <translation>肿瘤接触处皮肤强化。</translation>
    </message>
    <message>
        <source>Skin enhances widely, as in inflammatory cancer.</source>
        <translation>皮肤广泛强化,如炎性乳癌。</translation>
    </message>
    <message>
        <source>Skin invasion</source>
        <translation>皮肤侵犯</translation>
    </message>
    <message>
        <source>Skin lesion</source>
        <translation>皮肤病变</translation>
    </message>
    <message>
        <source>Skin retraction</source>
        <translation>皮肤回缩</translation>
    </message>
    <message>
        <source>Skin thickening</source>
        <translation>皮肤增厚</translation>
    </message>
    <message>
        <source>Skin thicker than 2 mm, local or diffuse.</source>
        <translation>皮肤厚度超过2 mm,局部或弥漫。</translation>
    </message>
    <message>
        <source>Small thin rings of enhancement close together, around ducts.</source>
        <translation>导管周围聚集的细小环形强化。</translation>
    </message>
    <message>
        <source>Smooth outline.</source>
        <translation>轮廓光滑。</translation>
    </message>
    <message>
        <source>Some membrane staining, faint and incomplete, in at most 10 % of tumour cells (HER2-ultralow).</source>
        <translation>不超过10 %的肿瘤细胞有微弱不完整膜染色(HER2超低表达)。</translation>
    </message>
    <message>
        <source>Space-occupying lesion in three dimensions, with an outward-curving outline.</source>
        <translation>三维占位性病灶,轮廓外凸。</translation>
    </message>
    <message>
        <source>Specimen</source>
        <translation>标本</translation>
    </message>
    <message>
        <source>Specimen after neoadjuvant therapy</source>
        <translation>新辅助治疗后标本</translation>
    </message>
    <message>
        <source>Specimen of the operation, as in the paper.</source>
        <translation>手术标本,与原文一致。</translation>
    </message>
    <message>
        <source>Spread all over the breast.</source>
        <translation>遍布整个乳腺。</translation>
    </message>
    <message>
        <source>Staining of IHC 0</source>
        <translation>IHC 0的染色</translation>
    </message>
    <message>
        <source>Staining pattern</source>
        <translation>染色模式</translation>
    </message>
    <message>
        <source>Staining pattern in the words of the report; no names, no dates.</source>
        <translation>报告原文中的染色模式;不含姓名和日期。</translation>
    </message>
    <message>
        <source>Stays within 10 %.</source>
        <translation>变化在10 %以内。</translation>
    </message>
    <message>
        <source>Stronger at the edge of the mass than inside.</source>
        <translation>肿块边缘强化强于内部。</translation>
    </message>
    <message>
        <source>Symmetry of background enhancement</source>
        <translation>背景强化对称性</translation>
    </message>
    <message>
        <source>T2 lesion-to-muscle ratio</source>
        <translation>病灶/肌肉T2信号比</translation>
    </message>
    <message>
        <source>T2 of the lesion</source>
        <translation>病灶的T2表现</translation>
    </message>
    <message>
        <source>Taken after treatment had begun.</source>
        <translation>治疗开始后取得。</translation>
    </message>
    <message>
        <source>Taken before any treatment.</source>
        <translation>任何治疗前取得。</translation>
    </message>
    <message>
        <source>The most advanced finding inside the fibrous capsule.</source>
        <translation>纤维囊内最严重的表现。</translation>
    </message>
    <message>
        <source>The nipple is drawn in, and this is new.</source>
        <translation>乳头内陷,且为新近出现。</translation>
    </message>
    <message>
        <source>The question does not arise for this lesion; set by the form, never typed.</source>
        <translation>此问题不适用于该病灶;由表单自动设置,不需输入。</translation>
    </message>
    <message>
        <source>The reader looked and cannot tell from these images.</source>
        <translation>阅片者已观察,但无法根据这些图像判断。</translation>
    </message>
    <message>
        <source>The report does not say.</source>
        <translation>报告未说明。</translation>
    </message>
    <message>
        <source>The signal at the higher b-value of the ADC is below the noise floor.</source>
        <translation>计算 ADC 的较高 b 值的信号低于噪声水平。</translation>
    </message>
    <message>
        <source>The signal at the highest b-value is below the noise floor.</source>
        <translation>最高 b 值的信号低于噪声水平。</translation>
    </message>
    <message>
        <source>The skin is drawn in.</source>
        <translation>皮肤内陷。</translation>
    </message>
    <message>
        <source>The tissue next to the lesion has no fluid-like T2 signal beyond that of the other breast.</source>
        <translation>与对侧乳腺相比,病灶旁组织无更多液体样T2信号。</translation>
    </message>
    <message>
        <source>Thickened cortex or displaced hilum.</source>
        <translation>皮质增厚或淋巴门移位。</translation>
    </message>
    <message>
        <source>Thickened skin or trabeculae after treatment, without enhancement.</source>
        <translation>治疗后皮肤或小梁增厚,无强化。</translation>
    </message>
    <message>
        <source>Third between the other two.</source>
        <translation>居中的1/3。</translation>
    </message>
    <message>
        <source>Third next to the chest wall.</source>
        <translation>靠近胸壁的1/3。</translation>
    </message>
    <message>
        <source>Third next to the nipple.</source>
        <translation>靠近乳头的1/3。</translation>
    </message>
    <message>
        <source>Third of the breast, from nipple to chest wall, in which the centre of the index lesion lies.</source>
        <translation>从乳头至胸壁分三等份,主病灶中心所在的部分。</translation>
    </message>
    <message>
        <source>Tissue drawn together at an enhancing lesion.</source>
        <translation>强化病灶处组织牵拉聚集。</translation>
    </message>
    <message>
        <source>Tissue drawn together without enhancement.</source>
        <translation>组织牵拉聚集,无强化。</translation>
    </message>
    <message>
        <source>Two compartments, one in the other.</source>
        <translation>两个腔,一个套在另一个内。</translation>
    </message>
    <message>
        <source>Two or more large areas that do not follow one duct system, with normal tissue between them.</source>
        <translation>两个或以上大片区域,不符合单一导管系统分布,其间有正常组织。</translation>
    </message>
    <message>
        <source>Two or more separate lesions in one quadrant (multifocal) or in different quadrants (multicentric).</source>
        <translation>同一象限内(多灶)或不同象限内(多中心)有两个或以上独立病灶。</translation>
    </message>
    <message>
        <source>Uneven or jagged at any part of the border, without spicules.</source>
        <translation>边缘任一部分不平整或呈锯齿状,无毛刺。</translation>
    </message>
    <message>
        <source>Uneven, in a random pattern, with normal tissue or fat between.</source>
        <translation>不均匀,随机分布,其间有正常组织或脂肪。</translation>
    </message>
    <message>
        <source>Uneven, with signal that varies inside the mass.</source>
        <translation>不均匀,肿块内信号强弱不一。</translation>
    </message>
    <message>
        <source>Up to about a quarter of normal tissue enhances, faintly.</source>
        <translation>至多约四分之一的正常组织轻微强化。</translation>
    </message>
    <message>
        <source>Upper inner quadrant.</source>
        <translation>内上象限。</translation>
    </message>
    <message>
        <source>Upper outer quadrant.</source>
        <translation>外上象限。</translation>
    </message>
    <message>
        <source>Water droplets</source>
        <translation>水滴征</translation>
    </message>
    <message>
        <source>Weak to moderate complete membrane staining in more than 10 % (equivocal: ISH or a new test is needed), or intense complete staining in at most 10 %.</source>
        <translation>超过10 %的细胞呈弱至中等强度完整膜染色(不确定:需ISH或重新检测),或不超过10 %的细胞呈强完整膜染色。</translation>
    </message>
    <message>
        <source>What fills the implant.</source>
        <translation>假体的填充物。</translation>
    </message>
    <message>
        <source>Where the HER2 result comes from.</source>
        <translation>HER2结果的标本来源。</translation>
    </message>
    <message>
        <source>Where the centre of the index lesion lies.</source>
        <translation>主病灶中心所在位置。</translation>
    </message>
    <message>
        <source>Where the implant lies.</source>
        <translation>假体所在位置。</translation>
    </message>
    <message>
        <source>Whether an ISH group 2, 3 or 4 with IHC 2+ was counted again by a second observer, as the guideline of 2018 asks.</source>
        <translation>IHC 2+且ISH第2、3或4组者,是否按2018年指南由第二名观察者重新计数。</translation>
    </message>
    <message>
        <source>Whether background parenchymal enhancement is alike in the two breasts.</source>
        <translation>双侧乳腺背景实质强化是否相似。</translation>
    </message>
    <message>
        <source>Whether the specimen was taken after systemic treatment had begun; the MRI of the study is from before treatment.</source>
        <translation>标本是否在全身治疗开始后取得;本研究的MRI为治疗前检查。</translation>
    </message>
    <message>
        <source>abnormal</source>
        <translation>异常</translation>
    </message>
    <message>
        <source>almost entirely fat</source>
        <translation>几乎全为脂肪</translation>
    </message>
    <message>
        <source>anterior third</source>
        <translation>前1/3</translation>
    </message>
    <message>
        <source>asymmetric</source>
        <translation>不对称</translation>
    </message>
    <message>
        <source>axillary tail</source>
        <translation>腋尾区</translation>
    </message>
    <message>
        <source>b_max D_app K_app &gt; 3: the fitted curve rises before the highest b-value.</source>
        <translation>b_max D_app K_app &gt; 3：拟合曲线在最高 b 值之前上升。</translation>
    </message>
    <message>
        <source>central</source>
        <translation>中央区</translation>
    </message>
    <message>
        <source>circumscribed</source>
        <translation>清晰</translation>
    </message>
    <message>
        <source>clumped</source>
        <translation>集簇样</translation>
    </message>
    <message>
        <source>clustered ring</source>
        <translation>簇环样</translation>
    </message>
    <message>
        <source>core biopsy</source>
        <translation>穿刺活检</translation>
    </message>
    <message>
        <source>dark internal septations</source>
        <translation>内部低信号分隔</translation>
    </message>
    <message>
        <source>diffuse</source>
        <translation>弥漫</translation>
    </message>
    <message>
        <source>direct invasion</source>
        <translation>直接侵犯</translation>
    </message>
    <message>
        <source>double</source>
        <translation>双腔</translation>
    </message>
    <message>
        <source>dual</source>
        <translation>双探针</translation>
    </message>
    <message>
        <source>equivocal</source>
        <translation>不确定</translation>
    </message>
    <message>
        <source>extreme fibroglandular tissue</source>
        <translation>极度纤维腺体组织</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>检测失败</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>focal</source>
        <translation>局灶</translation>
    </message>
    <message>
        <source>foci</source>
        <translation>个</translation>
    </message>
    <message>
        <source>heterogeneous</source>
        <translation>不均匀</translation>
    </message>
    <message>
        <source>heterogeneous fibroglandular tissue</source>
        <translation>不均匀纤维腺体组织</translation>
    </message>
    <message>
        <source>homogeneous</source>
        <translation>均匀</translation>
    </message>
    <message>
        <source>in lymph nodes</source>
        <translation>淋巴结内</translation>
    </message>
    <message>
        <source>in the breast</source>
        <translation>乳腺内</translation>
    </message>
    <message>
        <source>inflammatory cancer</source>
        <translation>炎性乳癌</translation>
    </message>
    <message>
        <source>irregular</source>
        <translation>不规则</translation>
    </message>
    <message>
        <source>irregular (not circumscribed)</source>
        <translation>不规则(不清晰)</translation>
    </message>
    <message>
        <source>keyhole sign</source>
        <translation>钥匙孔征</translation>
    </message>
    <message>
        <source>left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线样</translation>
    </message>
    <message>
        <source>linguine sign</source>
        <translation>面条征</translation>
    </message>
    <message>
        <source>lower inner</source>
        <translation>内下</translation>
    </message>
    <message>
        <source>lower outer</source>
        <translation>外下</translation>
    </message>
    <message>
        <source>marked</source>
        <translation>重度</translation>
    </message>
    <message>
        <source>mass</source>
        <translation>肿块</translation>
    </message>
    <message>
        <source>mass with NME</source>
        <translation>肿块伴NME</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中等</translation>
    </message>
    <message>
        <source>middle third</source>
        <translation>中1/3</translation>
    </message>
    <message>
        <source>mild</source>
        <translation>轻度</translation>
    </message>
    <message>
        <source>minimal</source>
        <translation>极少</translation>
    </message>
    <message>
        <source>moderate</source>
        <translation>中度</translation>
    </message>
    <message>
        <source>multiple regions</source>
        <translation>多区域</translation>
    </message>
    <message>
        <source>negative</source>
        <translation>阴性</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>no staining (null)</source>
        <translation>无染色(null)</translation>
    </message>
    <message>
        <source>non-mass enhancement (NME)</source>
        <translation>非肿块强化(NME)</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>not applicable</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>not assessable</source>
        <translation>无法评估</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>未说明</translation>
    </message>
    <message>
        <source>o'clock</source>
        <translation>点钟</translation>
    </message>
    <message>
        <source>other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>oval</source>
        <translation>卵圆形</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>待报告</translation>
    </message>
    <message>
        <source>persistent</source>
        <translation>持续型</translation>
    </message>
    <message>
        <source>plateau</source>
        <translation>平台型</translation>
    </message>
    <message>
        <source>positive</source>
        <translation>阳性</translation>
    </message>
    <message>
        <source>posterior third</source>
        <translation>后1/3</translation>
    </message>
    <message>
        <source>radial folds</source>
        <translation>放射状皱褶</translation>
    </message>
    <message>
        <source>regional</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>retroglandular</source>
        <translation>腺体后</translation>
    </message>
    <message>
        <source>retropectoral</source>
        <translation>胸大肌后</translation>
    </message>
    <message>
        <source>right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>rim enhancement</source>
        <translation>环形强化</translation>
    </message>
    <message>
        <source>round</source>
        <translation>圆形</translation>
    </message>
    <message>
        <source>saline</source>
        <translation>盐水</translation>
    </message>
    <message>
        <source>scattered fibroglandular tissue</source>
        <translation>散在纤维腺体组织</translation>
    </message>
    <message>
        <source>segmental</source>
        <translation>段样</translation>
    </message>
    <message>
        <source>silicone</source>
        <translation>硅胶</translation>
    </message>
    <message>
        <source>silicone and saline</source>
        <translation>硅胶和盐水</translation>
    </message>
    <message>
        <source>single</source>
        <translation>单</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>缓慢</translation>
    </message>
    <message>
        <source>spiculated (not circumscribed)</source>
        <translation>毛刺(不清晰)</translation>
    </message>
    <message>
        <source>subareolar</source>
        <translation>乳晕下区</translation>
    </message>
    <message>
        <source>subcapsular line</source>
        <translation>囊下线</translation>
    </message>
    <message>
        <source>surgical</source>
        <translation>手术标本</translation>
    </message>
    <message>
        <source>symmetric</source>
        <translation>对称</translation>
    </message>
    <message>
        <source>ultralow</source>
        <translation>超低表达</translation>
    </message>
    <message>
        <source>upper inner</source>
        <translation>内上</translation>
    </message>
    <message>
        <source>upper outer</source>
        <translation>外上</translation>
    </message>
    <message>
        <source>washout</source>
        <translation>流出型</translation>
    </message>
    <message>
        <source>years</source>
        <translation>岁</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
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
        <translation>DICOM图像文件夹,或NRRD、NIfTI文件</translation>
    </message>
    <message>
        <source>A multi-b series, or the image of one b-value</source>
        <translation>多b值序列,或单个b值的图像</translation>
    </message>
    <message>
        <source>ADC from b</source>
        <translation>ADC取自b</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Add all</source>
        <translation>全部添加</translation>
    </message>
    <message>
        <source>Add this volume to the series</source>
        <translation>将此体数据加入序列</translation>
    </message>
    <message>
        <source>Compute maps</source>
        <translation>计算参数图</translation>
    </message>
    <message>
        <source>Computed from two b-values, or a map that came with the case</source>
        <translation>由两个b值计算,或随病例提供的图</translation>
    </message>
    <message>
        <source>Double-click a b-value to correct it</source>
        <translation>双击b值可更正</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>拟合</translation>
    </message>
    <message>
        <source>Fourth view</source>
        <translation>第四视图</translation>
    </message>
    <message>
        <source>High-b, DCE or T2 image beside the maps</source>
        <translation>参数图旁的高b、DCE或T2图像</translation>
    </message>
    <message>
        <source>How D_app and K_app are fitted</source>
        <translation>D_app和K_app的拟合方式</translation>
    </message>
    <message>
        <source>In the scene</source>
        <translation>场景中</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>读取</translation>
    </message>
    <message>
        <source>S0</source>
        <translation>S0</translation>
    </message>
    <message>
        <source>Signal at b = 0 in the fit</source>
        <translation>拟合中b = 0的信号</translation>
    </message>
    <message>
        <source>Take every volume of the scene that tells its b-value, and its ADC map</source>
        <translation>添加场景中所有标明 b 值的体数据及其 ADC 图</translation>
    </message>
    <message>
        <source>Voxels</source>
        <translation>体素</translation>
    </message>
    <message>
        <source>Voxels of the VOI that are not good do not enter the features</source>
        <translation>VOI中不合格的体素不进入特征计算</translation>
    </message>
    <message>
        <source>and</source>
        <translation>和</translation>
    </message>
    <message>
        <source>b [s/mm²]</source>
        <translation>b [s/mm²]</translation>
    </message>
    <message>
        <source>in the VOI</source>
        <translation>VOI内</translation>
    </message>
    <message>
        <source>in the image</source>
        <translation>图像内</translation>
    </message>
    <message>
        <source>n</source>
        <translation>n</translation>
    </message>
    <message>
        <source>where b is from</source>
        <translation>b值来源</translation>
    </message>
</context>
<context>
    <name>SignOffPage</name>
    <message>
        <source>Amend</source>
        <translation>修订</translation>
    </message>
    <message>
        <source>Amend a signed-off reading</source>
        <translation>修订已签署的阅片</translation>
    </message>
    <message>
        <source>Anything the coordinator should know</source>
        <translation>需告知协调员的事项</translation>
    </message>
    <message>
        <source>Locks the answers and the VOI (Ctrl+Enter)</source>
        <translation>锁定答案和VOI(Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>参考</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Sign off and open the next case</source>
        <translation>签署并打开下一病例</translation>
    </message>
    <message>
        <source>The signed version stays as it is; an amendment is added to it.</source>
        <translation>已签署版本保持不变;修订将附加其后。</translation>
    </message>
    <message>
        <source>What will be locked</source>
        <translation>将锁定的内容</translation>
    </message>
</context>
<context>
    <name>StudyPage</name>
    <message>
        <source>A click marks an examination, another one takes the mark back</source>
        <translation>单击选中检查,再次单击取消</translation>
    </message>
    <message>
        <source>A new or empty folder for the study</source>
        <translation>用于研究的新文件夹或空文件夹</translation>
    </message>
    <message>
        <source>About 95 %: noise, and half a voxel of the boundary; two further columns of the tables for each feature of a map that is fitted here</source>
        <translation>约 95 %：噪声及边界半个体素；对在此拟合的参数图，每个特征在表中增加两列</translation>
    </message>
    <message>
        <source>Add marked to the study</source>
        <translation>将选中者加入研究</translation>
    </message>
    <message>
        <source>An interval for every feature (noise, boundary)</source>
        <translation>为每个特征给出区间（噪声、边界）</translation>
    </message>
    <message>
        <source>As</source>
        <translation>身份</translation>
    </message>
    <message>
        <source>Assisted outlines: an edge that the program finds</source>
        <translation>辅助勾画：程序找到的边缘</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Create study</source>
        <translation>创建研究</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Double-click opens a case</source>
        <translation>双击打开病例</translation>
    </message>
    <message>
        <source>Each such slice waits until the reader has looked at it</source>
        <translation>每个此类层面须待阅片者查看后方可</translation>
    </message>
    <message>
        <source>Examination</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>File names give b-values (dwi_b800.nrrd)</source>
        <translation>文件名给出 b 值（dwi_b800.nrrd）</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder of the study</source>
        <translation>研究文件夹</translation>
    </message>
    <message>
        <source>Folder with one folder of images per case</source>
        <translation>每个病例一个图像子文件夹的文件夹</translation>
    </message>
    <message>
        <source>Further maps</source>
        <translation>其他参数图</translation>
    </message>
    <message>
        <source>Ids of the readers, with commas between them; no names</source>
        <translation>阅片者编号,以逗号分隔;勿写姓名</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Images of Slicer's DICOM database</source>
        <translation>Slicer的DICOM数据库中的图像</translation>
    </message>
    <message>
        <source>Import with Slicer's module DICOM; what is chosen in its browser is marked here. Marked examinations become cases of a new study, or of the open one; the study keeps pseudonyms only.</source>
        <translation>请用 Slicer 的 DICOM 模块导入；在其浏览器中选中的检查在此已标记。标记的检查成为新研究或当前研究的病例；研究只保存假名。</translation>
    </message>
    <message>
        <source>Kinetics, enhancing fraction, SER, T2 ratio, diameter of the VOI, Kaiser score; in columns of their own, shown after the descriptors are answered</source>
        <translation>动力学曲线、强化比例、SER、T2 比值、VOI 直径、Kaiser 评分；另成各列，在描述词作答后显示</translation>
    </message>
    <message>
        <source>List examinations</source>
        <translation>列出检查</translation>
    </message>
    <message>
        <source>Maps that are measured beside ADC, D_app and K_app: NAME=unit, lowest and highest valid value, bin width of the entropy; several with semicolons between them. The file of a case is called as the map</source>
        <translation>除ADC、D_app和K_app外需测量的参数图:名称=单位,最低和最高有效值,熵的分箱宽度;多个以分号分隔。病例文件以参数图命名</translation>
    </message>
    <message>
        <source>Maps, VOI, descriptors and the feature row of one case. It is kept in the scene: save the scene to keep it.</source>
        <translation>单个病例的参数图、VOI、描述和特征行。保存在场景中:保存场景即可保留。</translation>
    </message>
    <message>
        <source>Measure beside the answers, shown after them</source>
        <translation>在作答之外测量，作答后显示</translation>
    </message>
    <message>
        <source>Measure rings around the lesion too (1, 3 and 5 mm)</source>
        <translation>同时测量病灶周围环(1、3和5 mm)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>New study</source>
        <translation>新建研究</translation>
    </message>
    <message>
        <source>Next open case</source>
        <translation>下一未完成病例</translation>
    </message>
    <message>
        <source>No names of patients</source>
        <translation>勿写患者姓名</translation>
    </message>
    <message>
        <source>Only where nothing in the file does; never of DICOM images</source>
        <translation>仅在文件内没有 b 值时使用；不用于 DICOM 图像</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>打开病例</translation>
    </message>
    <message>
        <source>Open the first case that is not signed off</source>
        <translation>打开第一个未签署的病例</translation>
    </message>
    <message>
        <source>Open the marked case</source>
        <translation>打开选中的病例</translation>
    </message>
    <message>
        <source>Open the marked one without a study</source>
        <translation>不建研究，直接打开标记的检查</translation>
    </message>
    <message>
        <source>Open the study in this role</source>
        <translation>以此身份打开研究</translation>
    </message>
    <message>
        <source>Otherwise each case gets a pseudonym made from the patient id</source>
        <translation>否则每个病例由患者编号生成假名</translation>
    </message>
    <message>
        <source>Otherwise every slice is drawn by hand, as in the paper. How each slice was outlined is kept and exported</source>
        <translation>否则每层均手工勾画,与原文一致。每层的勾画方式均会记录并导出</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Propose exclusion</source>
        <translation>建议排除</translation>
    </message>
    <message>
        <source>Pseudonym, e.g. CASE-001</source>
        <translation>假名,如CASE-001</translation>
    </message>
    <message>
        <source>Readers</source>
        <translation>阅片者</translation>
    </message>
    <message>
        <source>Reason, e.g. motion artefacts</source>
        <translation>原因,如运动伪影</translation>
    </message>
    <message>
        <source>Single case without a study</source>
        <translation>无研究的单个病例</translation>
    </message>
    <message>
        <source>Slices between drawn ones may be filled in</source>
        <translation>可填补已勾画层面之间的层面</translation>
    </message>
    <message>
        <source>Sort its images, compute the maps and begin a single case</source>
        <translation>对图像分类、计算参数图并开始单个病例</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>The VOI widened outwards, without air and without what the reader excludes; further columns of the tables</source>
        <translation>VOI向外扩展,不含空气及阅片者排除的部分;表格增加列</translation>
    </message>
    <message>
        <source>The case can then be signed off with questions open. The coordinator decides.</source>
        <translation>此后可在问题未答完时签署。由协调员决定。</translation>
    </message>
    <message>
        <source>The coordinator adds the marked examinations to the open study</source>
        <translation>协调员将选中的检查加入当前研究</translation>
    </message>
    <message>
        <source>The folders have pseudonyms: keep their names</source>
        <translation>文件夹以假名命名：保留名称</translation>
    </message>
    <message>
        <source>This case cannot be read</source>
        <translation>此病例无法阅片</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Who is at work now</source>
        <translation>当前工作者</translation>
    </message>
</context>
<context>
    <name>TableImport</name>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>CSV or .xlsx; a template comes from her2lowmri study template</source>
        <translation>CSV 或 .xlsx；模板由 her2lowmri study template 生成</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Say what the table would change; nothing is written</source>
        <translation>说明该表格会改变什么；不写入任何内容</translation>
    </message>
    <message>
        <source>Sign each case off</source>
        <translation>签署每个病例</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Take over a table</source>
        <translation>采用表格</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Why signed readings are amended, where the table differs</source>
        <translation>表格与已签署的阅片不同时，修改的理由</translation>
    </message>
</context>
<context>
    <name>VoiPage</name>
    <message>
        <source>Earlier outlines</source>
        <translation>早先的轮廓</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Fill of the VOI in the views</source>
        <translation>视图中VOI的填充</translation>
    </message>
    <message>
        <source>Go back to one of the last ten outlines that were saved on this computer</source>
        <translation>回到本机保存的最近十个轮廓之一</translation>
    </message>
    <message>
        <source>Go to the next slice without a drawing between drawn slices</source>
        <translation>转到已画层面之间下一个未画的层面</translation>
    </message>
    <message>
        <source>Go to the slice in which the lesion is largest</source>
        <translation>转到病灶最大的层面</translation>
    </message>
    <message>
        <source>Keep it empty</source>
        <translation>保持为空</translation>
    </message>
    <message>
        <source>Lesion</source>
        <translation>病灶</translation>
    </message>
    <message>
        <source>Maps are black outside the body, where they are fits of noise (from the lowest b-value). Nothing that is measured changes.</source>
        <translation>体外的参数图为噪声拟合,显示为黑色(依据最低b值)。测量结果不变。</translation>
    </message>
    <message>
        <source>Mask air</source>
        <translation>遮蔽空气</translation>
    </message>
    <message>
        <source>Next gap</source>
        <translation>下一空缺</translation>
    </message>
    <message>
        <source>Outline</source>
        <translation>轮廓</translation>
    </message>
    <message>
        <source>Outline of the VOI in the views</source>
        <translation>视图中VOI的轮廓</translation>
    </message>
    <message>
        <source>Save the empty outline in place of the one drawn before</source>
        <translation>以空轮廓替换先前所画的轮廓</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>色标</translation>
    </message>
    <message>
        <source>Scale and unit of each map in its view</source>
        <translation>各视图中参数图的色标和单位</translation>
    </message>
</context>
<context>
    <name>gui.adjudication_page</name>
    <message>
        <source>Adjudication</source>
        <translation>裁定</translation>
    </message>
    <message>
        <source>Dice {dice}, and the protocol asks for {limit}: choose a VOI.</source>
        <translation>Dice为{dice},方案要求{limit}:请选择VOI。</translation>
    </message>
    <message>
        <source>Dice {dice}, surfaces {distance} mm apart (95th percentile), {a} and {b} cm³</source>
        <translation>Dice {dice}，表面相距 {distance} mm（第95百分位数），{a} 与 {b} cm³</translation>
    </message>
    <message>
        <source>The choice could not be saved.</source>
        <translation>无法保存所选。</translation>
    </message>
    <message>
        <source>Typed.</source>
        <translation>手动输入。</translation>
    </message>
    <message>
        <source>VOI of {side}</source>
        <translation>{side}的VOI</translation>
    </message>
    <message>
        <source>another difference</source>
        <translation>另一分歧</translation>
    </message>
    <message>
        <source>as the study's protocol says</source>
        <translation>按研究方案</translation>
    </message>
    <message>
        <source>decide, and go to the next difference</source>
        <translation>裁定并转到下一分歧</translation>
    </message>
    <message>
        <source>mean of the features of both</source>
        <translation>两者特征的均值</translation>
    </message>
    <message>
        <source>{count} decision was entered.</source>
        <translation>已录入 {count} 项裁定。</translation>
    </message>
    <message>
        <source>{count} decisions were entered.</source>
        <translation>已录入 {count} 项裁定。</translation>
    </message>
</context>
<context>
    <name>gui.analysis_page</name>
    <message>
        <source>Analysing …</source>
        <translation>正在分析…</translation>
    </message>
    <message>
        <source>Analysis</source>
        <translation>分析</translation>
    </message>
    <message>
        <source>Drawing …</source>
        <translation>正在绘图…</translation>
    </message>
    <message>
        <source>Press the button again and agree, with a network connection; or take the exported tables to another computer: her2lowmri analyze.</source>
        <translation>请在联网状态下再次按此按钮并同意安装;或将导出的表格带到另一台计算机上运行 her2lowmri analyze。</translation>
    </message>
    <message>
        <source>The cohort cannot be analysed</source>
        <translation>无法分析该队列</translation>
    </message>
    <message>
        <source>The cohort could not be analysed.</source>
        <translation>队列分析失败。</translation>
    </message>
    <message>
        <source>The tables to submit cannot be written</source>
        <translation>无法写出投稿表格</translation>
    </message>
    <message>
        <source>The tables to submit could not be written.</source>
        <translation>未能写出投稿表格。</translation>
    </message>
    <message>
        <source>There is nothing to analyse</source>
        <translation>没有可分析的内容</translation>
    </message>
    <message>
        <source>Written: {file} and its figures</source>
        <translation>已写出:{file} 及其图</translation>
    </message>
    <message>
        <source>a table of features</source>
        <translation>特征表</translation>
    </message>
    <message>
        <source>{packages} not installed</source>
        <translation>{packages}未安装</translation>
    </message>
</context>
<context>
    <name>gui.answer_editor</name>
    <message>
        <source>year-month-day</source>
        <translation>年-月-日</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low}至{high}</translation>
    </message>
</context>
<context>
    <name>gui.beside_frame</name>
    <message>
        <source>On T2, click into the lesion, then into the pectoral muscle at like depth.</source>
        <translation>在T2上,先点击病灶,再点击相近深度的胸大肌。</translation>
    </message>
    <message>
        <source>Shown after the question is answered.</source>
        <translation>回答后显示。</translation>
    </message>
    <message>
        <source>T2: mark lesion and muscle for their ratio.</source>
        <translation>T2:标记病灶和肌肉以得比值。</translation>
    </message>
    <message>
        <source>The marks could not be kept.</source>
        <translation>无法保存标记。</translation>
    </message>
    <message>
        <source>The marks could not be set.</source>
        <translation>无法设置标记。</translation>
    </message>
    <message>
        <source>The spot could not be moved back.</source>
        <translation>无法移回该点。</translation>
    </message>
    <message>
        <source>The values beside the form could not be measured.</source>
        <translation>无法测量表单旁的数值。</translation>
    </message>
    <message>
        <source>measuring …</source>
        <translation>正在测量…</translation>
    </message>
    <message>
        <source>phases {initial}, peak {peak}, last {last}</source>
        <translation>期相{initial},峰值{peak},末期{last}</translation>
    </message>
</context>
<context>
    <name>gui.cohort_page</name>
    <message>
        <source>Adding cases …</source>
        <translation>正在添加病例…</translation>
    </message>
    <message>
        <source>Cohort</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>Exclude case</source>
        <translation>排除病例</translation>
    </message>
    <message>
        <source>HER2 group: &lt;b&gt;{group}&lt;/b&gt; – {reason}</source>
        <translation>HER2分组:&lt;b&gt;{group}&lt;/b&gt; – {reason}</translation>
    </message>
    <message>
        <source>Measuring the cases …</source>
        <translation>正在测量病例…</translation>
    </message>
    <message>
        <source>No case is marked</source>
        <translation>未选中病例</translation>
    </message>
    <message>
        <source>Not added: {case}</source>
        <translation>未添加:{case}</translation>
    </message>
    <message>
        <source>Take case back in</source>
        <translation>重新纳入病例</translation>
    </message>
    <message>
        <source>Takes {case}, which is marked above, out of every list and table with all that was read of it, as if it had never been added. A case that belongs to the study and cannot be used is excluded instead.</source>
        <translation>将上方选中的{case}及其全部阅片结果从所有列表和表格中移除,如同从未加入。属于研究但无法使用的病例应改为“排除”。</translation>
    </message>
    <message>
        <source>The DICOM objects could not be written.</source>
        <translation>无法写出DICOM对象。</translation>
    </message>
    <message>
        <source>The case could not be removed.</source>
        <translation>无法移除病例。</translation>
    </message>
    <message>
        <source>The case could not be restored.</source>
        <translation>无法恢复病例。</translation>
    </message>
    <message>
        <source>The exclusion could not be saved.</source>
        <translation>无法保存排除。</translation>
    </message>
    <message>
        <source>The export has no place</source>
        <translation>未指定导出位置</translation>
    </message>
    <message>
        <source>The study could not be exported.</source>
        <translation>无法导出研究。</translation>
    </message>
    <message>
        <source>Writing DICOM objects …</source>
        <translation>正在写出DICOM对象…</translation>
    </message>
    <message>
        <source>a case of the table</source>
        <translation>表中的一个病例</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>一个文件夹</translation>
    </message>
    <message>
        <source>a folder of images</source>
        <translation>图像文件夹</translation>
    </message>
    <message>
        <source>cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>cases to train on</source>
        <translation>训练病例</translation>
    </message>
    <message>
        <source>erased: {reason}</source>
        <translation>已擦除:{reason}</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>pathology</source>
        <translation>病理</translation>
    </message>
    <message>
        <source>{case} is removed, {cases} in the study. Tables exported before still hold it.</source>
        <translation>{case}已移除,研究中{cases}。之前导出的表格仍含该病例。</translation>
    </message>
    <message>
        <source>{case} is restored, {cases} in the study.</source>
        <translation>{case}已恢复,研究中{cases}。</translation>
    </message>
    <message>
        <source>{count} DICOM object</source>
        <translation>{count}个DICOM对象</translation>
    </message>
    <message>
        <source>{count} DICOM objects</source>
        <translation>{count}个DICOM对象</translation>
    </message>
    <message>
        <source>{count} case is</source>
        <translation>有{count}个病例</translation>
    </message>
    <message>
        <source>{count} case to train on.</source>
        <translation>{count} 个训练病例。</translation>
    </message>
    <message>
        <source>{count} case was added.</source>
        <translation>已添加 {count} 个病例。</translation>
    </message>
    <message>
        <source>{count} case was changed.</source>
        <translation>{count}个病例已更改。</translation>
    </message>
    <message>
        <source>{count} cases are</source>
        <translation>有{count}个病例</translation>
    </message>
    <message>
        <source>{count} cases to train on.</source>
        <translation>{count} 个训练病例。</translation>
    </message>
    <message>
        <source>{count} cases were added.</source>
        <translation>已添加 {count} 个病例。</translation>
    </message>
    <message>
        <source>{count} cases were changed.</source>
        <translation>{count}个病例已更改。</translation>
    </message>
    <message>
        <source>{count} reading</source>
        <translation>{count}份阅片</translation>
    </message>
    <message>
        <source>{count} readings</source>
        <translation>{count}份阅片</translation>
    </message>
</context>
<context>
    <name>gui.copying</name>
    <message>
        <source>Copies lie under the case ids, so that no reader sees a patient's folder. Without identity, names, ids, dates and UIDs are taken out of the DICOM headers (PS3.15 basic profile).</source>
        <translation>副本以病例编号存放，阅片者看不到患者的文件夹。去除身份信息时，从 DICOM 头中去掉姓名、编号、日期和 UID（PS3.15 基本规范）。</translation>
    </message>
    <message>
        <source>Copy them into the study as they are</source>
        <translation>原样复制到研究中</translation>
    </message>
    <message>
        <source>Copy them into the study, without identity</source>
        <translation>去除身份信息后复制到研究中</translation>
    </message>
    <message>
        <source>The images stay where they are</source>
        <translation>图像留在原处</translation>
    </message>
    <message>
        <source>… and {count} more lines: look at the folder on the page Cohort.</source>
        <translation>… 还有 {count} 行：请在“队列”页查看该文件夹。</translation>
    </message>
</context>
<context>
    <name>gui.descriptors_page</name>
    <message>
        <source>All required questions are answered.</source>
        <translation>所有必答问题均已回答。</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Form</source>
        <translation>表单</translation>
    </message>
    <message>
        <source>No longer asked, kept until sign-off: {answers}</source>
        <translation>不再提问,保留至签署:{answers}</translation>
    </message>
    <message>
        <source>another question</source>
        <translation>另一问题</translation>
    </message>
    <message>
        <source>choose this answer and go on</source>
        <translation>选择此答案并继续</translation>
    </message>
    <message>
        <source>next open question; takes a typed number</source>
        <translation>下一未答问题;采纳输入的数字</translation>
    </message>
    <message>
        <source>not assessable</source>
        <translation>无法评估</translation>
    </message>
    <message>
        <source>take the answer back</source>
        <translation>撤回答案</translation>
    </message>
    <message>
        <source>{count} question is open.</source>
        <translation>{count}个问题未答。</translation>
    </message>
    <message>
        <source>{count} questions are open.</source>
        <translation>{count}个问题未答。</translation>
    </message>
</context>
<context>
    <name>gui.features_page</name>
    <message>
        <source>ADC {adc}, D_app {d}, K_app {k}, {voxels}</source>
        <translation>ADC {adc},D_app {d},K_app {k},{voxels}</translation>
    </message>
    <message>
        <source>Draw the VOI to see its features.</source>
        <translation>绘制VOI以查看特征。</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>Move the mouse over a view.</source>
        <translation>将鼠标移到视图上。</translation>
    </message>
    <message>
        <source>No signal here.</source>
        <translation>此处无信号。</translation>
    </message>
    <message>
        <source>No small region fits into the VOI.</source>
        <translation>VOI 内容不下小区域。</translation>
    </message>
    <message>
        <source>Part of the VOI that enters the features; the rest has no valid value in that map.</source>
        <translation>VOI中进入特征计算的部分;其余在该图中无有效值。</translation>
    </message>
    <message>
        <source>Save the row</source>
        <translation>保存该行</translation>
    </message>
    <message>
        <source>Small region (EUSOBI): ADC {adc} × 10⁻³ mm²/s, {level}; {voxels}, {diameter:g} mm</source>
        <translation>小区域（EUSOBI）：ADC {adc} × 10⁻³ mm²/s，{level}；{voxels}，{diameter:g} mm</translation>
    </message>
    <message>
        <source>The row could not be written.</source>
        <translation>无法写出该行。</translation>
    </message>
    <message>
        <source>The row was written.</source>
        <translation>该行已写出。</translation>
    </message>
    <message>
        <source>The small region could not be moved.</source>
        <translation>无法移动小区域。</translation>
    </message>
    <message>
        <source>entropy in bit, bins of {width}</source>
        <translation>熵(bit),分箱宽{width}</translation>
    </message>
    <message>
        <source>fixed number</source>
        <translation>固定数目</translation>
    </message>
    <message>
        <source>mean of the VOI</source>
        <translation>VOI均值</translation>
    </message>
    <message>
        <source>the map</source>
        <translation>参数图</translation>
    </message>
    <message>
        <source>valid voxels</source>
        <translation>有效体素</translation>
    </message>
    <message>
        <source>voxel under the mouse</source>
        <translation>鼠标处体素</translation>
    </message>
    <message>
        <source>{maps} in {unit}</source>
        <translation>{maps},单位{unit}</translation>
    </message>
    <message>
        <source>{map}, about 95 %: {intervals} (noise, and half a voxel of the boundary)</source>
        <translation>{map},约95 %:{intervals}(噪声及边界半个体素)</translation>
    </message>
    <message>
        <source>{map}: no interval, because the map was not fitted to these images or their noise is not known</source>
        <translation>{map}:无区间,因该图非由这些图像拟合或其噪声未知</translation>
    </message>
    <message>
        <source>{statistic} {low} to {high}</source>
        <translation>{statistic} {low}至{high}</translation>
    </message>
</context>
<context>
    <name>gui.hanging_bar</name>
    <message>
        <source>Align</source>
        <translation>配准</translation>
    </message>
    <message>
        <source>Align the phases to the one before contrast; pressed again: as they were acquired. It is recorded.</source>
        <translation>将各期相与增强前配准;再按恢复原始采集。会被记录。</translation>
    </message>
    <message>
        <source>Align · {shift} mm</source>
        <translation>配准 · {shift} mm</translation>
    </message>
    <message>
        <source>Aligning the phases …</source>
        <translation>正在配准各期相…</translation>
    </message>
    <message>
        <source>Key {key}</source>
        <translation>按键{key}</translation>
    </message>
    <message>
        <source>Phase {phase} lies {shift} mm from the one before contrast.</source>
        <translation>第{phase}期与增强前相差{shift} mm。</translation>
    </message>
    <message>
        <source>The images could not be shown.</source>
        <translation>无法显示图像。</translation>
    </message>
    <message>
        <source>The layout that a question of the form needs comes up by itself</source>
        <translation>表单问题所需的布局自动出现</translation>
    </message>
    <message>
        <source>The phases could not be aligned.</source>
        <translation>无法配准各期相。</translation>
    </message>
    <message>
        <source>by question</source>
        <translation>随问题</translation>
    </message>
    <message>
        <source>lesion size by a line: click both ends</source>
        <translation>画线测病灶大小:点击两端</translation>
    </message>
    <message>
        <source>next phase</source>
        <translation>下一期相</translation>
    </message>
    <message>
        <source>outline of the VOI on and off</source>
        <translation>显示/隐藏VOI轮廓</translation>
    </message>
    <message>
        <source>phase before</source>
        <translation>上一期相</translation>
    </message>
    <message>
        <source>projection of the subtraction in place of the phase, and back</source>
        <translation>以减影投影代替期相,再按返回</translation>
    </message>
    <message>
        <source>subtraction in place of the phase, and back</source>
        <translation>以减影代替期相,再按返回</translation>
    </message>
</context>
<context>
    <name>gui.header</name>
    <message>
        <source>Every answer and stroke is saved at once.</source>
        <translation>每个答案和笔画均即时保存。</translation>
    </message>
    <message>
        <source>NOT SAVED</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>No case is open</source>
        <translation>未打开病例</translation>
    </message>
    <message>
        <source>No study is open</source>
        <translation>未打开研究</translation>
    </message>
    <message>
        <source>Single case</source>
        <translation>单个病例</translation>
    </message>
    <message>
        <source>kept in the scene</source>
        <translation>保存在场景中</translation>
    </message>
    <message>
        <source>saving …</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>signed off, locked</source>
        <translation>已签署,已锁定</translation>
    </message>
    <message>
        <source>training case</source>
        <translation>培训病例</translation>
    </message>
    <message>
        <source>{done} done</source>
        <translation>已完成{done}</translation>
    </message>
    <message>
        <source>{done} of {count} done</source>
        <translation>已完成{done}/{count}</translation>
    </message>
    <message>
        <source>{place} of {count}</source>
        <translation>第{place}/{count}</translation>
    </message>
    <message>
        <source>✓ saved</source>
        <translation>✓ 已保存</translation>
    </message>
    <message>
        <source>✓ saved {clock}</source>
        <translation>✓ 已保存 {clock}</translation>
    </message>
</context>
<context>
    <name>gui.image_questions</name>
    <message>
        <source>Series {number}</source>
        <translation>序列{number}</translation>
    </message>
    <message>
        <source>Sorting {case} …</source>
        <translation>正在归类{case}…</translation>
    </message>
    <message>
        <source>The answer could not be kept.</source>
        <translation>无法保存答案。</translation>
    </message>
    <message>
        <source>The images could not be shown.</source>
        <translation>无法显示图像。</translation>
    </message>
    <message>
        <source>Which images: {questions}</source>
        <translation>哪些图像:{questions}</translation>
    </message>
    <message>
        <source>dynamic</source>
        <translation>动态</translation>
    </message>
    <message>
        <source>{count} question</source>
        <translation>{count} 个问题</translation>
    </message>
    <message>
        <source>{count} questions</source>
        <translation>{count} 个问题</translation>
    </message>
    <message>
        <source>{count} volume</source>
        <translation>{count}个体数据</translation>
    </message>
    <message>
        <source>{count} volumes</source>
        <translation>{count}个体数据</translation>
    </message>
</context>
<context>
    <name>gui.images_page</name>
    <message>
        <source>ADC map in {unit} ({source})</source>
        <translation>ADC图,单位{unit}({source})</translation>
    </message>
    <message>
        <source>Computing maps …</source>
        <translation>正在计算参数图…</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>In a study the coordinator sets the b-values of a case</source>
        <translation>研究中病例的b值由协调员设定</translation>
    </message>
    <message>
        <source>Left out: {images}</source>
        <translation>未采用：{images}</translation>
    </message>
    <message>
        <source>No images yet. Choose a folder or a file, or a volume of the scene.</source>
        <translation>尚无图像。请选择文件夹、文件或场景中的体数据。</translation>
    </message>
    <message>
        <source>Reading images …</source>
        <translation>正在读取图像…</translation>
    </message>
    <message>
        <source>Taken: {images}.</source>
        <translation>已采用：{images}。</translation>
    </message>
    <message>
        <source>Tell the coordinator: study table, column b_values.</source>
        <translation>请告知协调员:研究表格的b_values列。</translation>
    </message>
    <message>
        <source>The images could not be read.</source>
        <translation>无法读取图像。</translation>
    </message>
    <message>
        <source>The maps could not be computed.</source>
        <translation>无法计算参数图。</translation>
    </message>
    <message>
        <source>The volumes cannot be used.</source>
        <translation>无法使用这些体数据。</translation>
    </message>
    <message>
        <source>This is not a b-value.</source>
        <translation>这不是b值。</translation>
    </message>
    <message>
        <source>This volume cannot be used.</source>
        <translation>此体数据无法使用。</translation>
    </message>
    <message>
        <source>computed from two b-values</source>
        <translation>由两个b值计算</translation>
    </message>
    <message>
        <source>the map that came with the case</source>
        <translation>随病例提供的图</translation>
    </message>
</context>
<context>
    <name>gui.import_list</name>
    <message>
        <source>The right value, or "skip" to leave it out</source>
        <translation>正确的值,或用“skip”略过</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>待回答</translation>
    </message>
    <message>
        <source>column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>not added</source>
        <translation>未添加</translation>
    </message>
    <message>
        <source>proposed</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>row {rows}</source>
        <translation>行{rows}</translation>
    </message>
    <message>
        <source>table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>已采纳</translation>
    </message>
</context>
<context>
    <name>gui.messages</name>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>已停止。未作更改。</translation>
    </message>
</context>
<context>
    <name>gui.panel</name>
    <message>
        <source>A synthetic study is ready. Choose who is at work and open it.</source>
        <translation>合成研究已就绪。请选择工作者并打开。</translation>
    </message>
    <message>
        <source>All cases are done. Thank you.</source>
        <translation>所有病例均已完成。谢谢。</translation>
    </message>
    <message>
        <source>All other cases are done. These could not be opened: {cases}. Mark one in the list to open it again or to propose leaving it out.</source>
        <translation>其他病例均已完成。以下无法打开:{cases}。在列表中选中一个可重新打开或建议排除。</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Making synthetic images …</source>
        <translation>正在生成合成图像…</translation>
    </message>
    <message>
        <source>Opening {case} …</source>
        <translation>正在打开{case}…</translation>
    </message>
    <message>
        <source>Shift + mouse</source>
        <translation>Shift + 鼠标</translation>
    </message>
    <message>
        <source>Stopped. No case is open; everything of the case before is saved.</source>
        <translation>已停止。未打开病例;前一病例的内容均已保存。</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>无法保存VOI。</translation>
    </message>
    <message>
        <source>The case could not be opened.</source>
        <translation>无法打开病例。</translation>
    </message>
    <message>
        <source>The images and the outline of a case keep their place, names and voxels, the maps their colours; what another module changed was put back.</source>
        <translation>病例的图像和轮廓保持其位置、名称和体素，参数图保持其颜色；其他模块所做的更改已恢复原状。</translation>
    </message>
    <message>
        <source>The last session here ended without closing. Everything it had saved is there.</source>
        <translation>上次会话未正常关闭。其已保存的内容均在。</translation>
    </message>
    <message>
        <source>The next case could not be prepared.</source>
        <translation>无法预备下一病例。</translation>
    </message>
    <message>
        <source>The sample study could not be made.</source>
        <translation>无法生成示例研究。</translation>
    </message>
    <message>
        <source>The study could not be closed.</source>
        <translation>无法关闭研究。</translation>
    </message>
    <message>
        <source>The views of the reading show this case only; another image or segmentation was taken out of them again. To look at it, choose another layout.</source>
        <translation>阅片视图只显示本病例；其他图像或分割已被移出视图。如需查看，请选择其他布局。</translation>
    </message>
    <message>
        <source>This is the first case.</source>
        <translation>这是第一个病例。</translation>
    </message>
    <message>
        <source>This is the last case.</source>
        <translation>这是最后一个病例。</translation>
    </message>
    <message>
        <source>next case, previous case</source>
        <translation>下一病例,上一病例</translation>
    </message>
    <message>
        <source>next step; on Sign off: lock the case and open the next</source>
        <translation>下一步;在“签署”页:锁定病例并打开下一个</translation>
    </message>
    <message>
        <source>show or hide this list</source>
        <translation>显示或隐藏此列表</translation>
    </message>
    <message>
        <source>the same place in all views</source>
        <translation>所有视图显示同一位置</translation>
    </message>
    <message>
        <source>{case} could not be opened. {why}</source>
        <translation>无法打开{case}。{why}</translation>
    </message>
    <message>
        <source>{case} is signed off.</source>
        <translation>{case}已签署。</translation>
    </message>
    <message>
        <source>{case} is signed off. Compare it with the reference; the next case is opened above.</source>
        <translation>{case}已签署。请与参考比较;下一病例在上方打开。</translation>
    </message>
    <message>
        <source>{case} was left with nothing drawn, and not said to be empty: its last outline, with {voxels}, is kept.</source>
        <translation>离开{case}时没有任何轮廓，也未确认其应为空：保留最后一次的轮廓（{voxels}）。</translation>
    </message>
    <message>
        <source>{count} change of the last session was brought back.</source>
        <translation>已恢复上次会话的{count}处更改。</translation>
    </message>
    <message>
        <source>{count} changes of the last session were brought back.</source>
        <translation>已恢复上次会话的{count}处更改。</translation>
    </message>
</context>
<context>
    <name>gui.parameter_node</name>
    <message>
        <source>as measured (equation of the paper)</source>
        <translation>按测量值(原文公式)</translation>
    </message>
    <message>
        <source>fitted</source>
        <translation>拟合</translation>
    </message>
    <message>
        <source>non-linear, of the signal itself</source>
        <translation>对信号本身非线性拟合</translation>
    </message>
    <message>
        <source>signal-weighted log-linear</source>
        <translation>信号加权对数线性拟合</translation>
    </message>
</context>
<context>
    <name>gui.scene_events</name>
    <message>
        <source>A node of the case was removed from the scene. It was brought back.</source>
        <translation>病例的一个节点被移出场景,已恢复。</translation>
    </message>
    <message>
        <source>Open the study on the page Study, then the case {case}.</source>
        <translation>在“研究”页打开研究,然后打开病例{case}。</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>无法保存VOI。</translation>
    </message>
    <message>
        <source>The case could not be mended.</source>
        <translation>无法修复病例。</translation>
    </message>
    <message>
        <source>The case could not be shown again.</source>
        <translation>无法重新显示病例。</translation>
    </message>
    <message>
        <source>The case of the scene could not be continued.</source>
        <translation>无法继续场景中的病例。</translation>
    </message>
    <message>
        <source>The scene that was loaded holds a case of its own. It was left out, because this case is open. To go on with the other one, close the scene first.</source>
        <translation>所加载场景含有另一病例。因当前病例已打开而略过。要继续另一病例,请先关闭场景。</translation>
    </message>
    <message>
        <source>The study of this scene is not known on this computer</source>
        <translation>本机未知此场景所属的研究</translation>
    </message>
</context>
<context>
    <name>gui.sign_off_page</name>
    <message>
        <source>A lesion of {size:g} mm hardly fits an outline of {volume:.2f} cm³ that is {longest:.0f} mm long.</source>
        <translation>{size:g} mm 的病灶与体积 {volume:.2f} cm³、长径 {longest:.0f} mm 的轮廓不太相符。</translation>
    </message>
    <message>
        <source>A single case is not signed off: save the row on the page Features.</source>
        <translation>单个病例不需签署:请在“特征”页保存数据行。</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>已排除</translation>
    </message>
    <message>
        <source>Interpolated slices</source>
        <translation>插值层面</translation>
    </message>
    <message>
        <source>Left out of it</source>
        <translation>已排除的部分</translation>
    </message>
    <message>
        <source>Lesion size</source>
        <translation>病灶大小</translation>
    </message>
    <message>
        <source>Missing: {what}</source>
        <translation>缺少:{what}</translation>
    </message>
    <message>
        <source>Nothing is missing.</source>
        <translation>无缺项。</translation>
    </message>
    <message>
        <source>Sign off</source>
        <translation>签署</translation>
    </message>
    <message>
        <source>The case could not be signed off.</source>
        <translation>无法签署病例。</translation>
    </message>
    <message>
        <source>The reading could not be opened again.</source>
        <translation>无法重新打开阅片。</translation>
    </message>
    <message>
        <source>The remark could not be saved.</source>
        <translation>无法保存备注。</translation>
    </message>
    <message>
        <source>VOI</source>
        <translation>VOI</translation>
    </message>
    <message>
        <source>What is locked</source>
        <translation>已锁定的内容</translation>
    </message>
    <message>
        <source>What will be locked</source>
        <translation>将锁定的内容</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>sign off and open the next case</source>
        <translation>签署并打开下一病例</translation>
    </message>
    <message>
        <source>{case}: {state}</source>
        <translation>{case}:{state}</translation>
    </message>
    <message>
        <source>{count} interpolated slices were not looked at: {slices}.

Sign off all the same? Their number is kept with the reading. Otherwise go through them with N in the effect “Assisted outline”.</source>
        <translation>{count}个插值层面尚未查看:{slices}。

仍要签署吗?其数目将随阅片记录。否则请在“辅助勾画”效果中按N逐层查看。</translation>
    </message>
    <message>
        <source>{doubt} Sign off all the same?</source>
        <translation>{doubt} 仍要签署吗？</translation>
    </message>
</context>
<context>
    <name>gui.size_line_tool</name>
    <message>
        <source>Click both ends of the longest diameter; {key} again or a right click gives up.</source>
        <translation>点击最长径的两端;再按{key}或右击放弃。</translation>
    </message>
    <message>
        <source>Measured on a projection, on which lesions look larger; the early subtraction is the better place.</source>
        <translation>在投影上测量,病灶显得较大;早期减影更适合测量。</translation>
    </message>
    <message>
        <source>The line could not be brought back.</source>
        <translation>无法恢复线段。</translation>
    </message>
    <message>
        <source>The line could not be deleted.</source>
        <translation>无法删除线段。</translation>
    </message>
    <message>
        <source>The line was deleted, and the size that it gave. Undo on the page Form brings both back.</source>
        <translation>线段及其给出的大小已删除。在“表单”页按“撤销”可恢复两者。</translation>
    </message>
    <message>
        <source>The size could not be measured.</source>
        <translation>无法测量大小。</translation>
    </message>
</context>
<context>
    <name>gui.study_page</name>
    <message>
        <source>A case is only left out with a reason</source>
        <translation>排除病例须注明原因</translation>
    </message>
    <message>
        <source>A single case is one examination</source>
        <translation>单个病例对应一次检查</translation>
    </message>
    <message>
        <source>Checking the study …</source>
        <translation>正在检查研究…</translation>
    </message>
    <message>
        <source>Choose it beside “As”.</source>
        <translation>请在“身份”旁选择。</translation>
    </message>
    <message>
        <source>In the study already: {cases}</source>
        <translation>已在研究中:{cases}</translation>
    </message>
    <message>
        <source>Leave out {case}</source>
        <translation>排除{case}</translation>
    </message>
    <message>
        <source>Looking at the images …</source>
        <translation>正在查看图像…</translation>
    </message>
    <message>
        <source>No examination is marked</source>
        <translation>未选中检查</translation>
    </message>
    <message>
        <source>Nobody is chosen</source>
        <translation>未选择工作者</translation>
    </message>
    <message>
        <source>Not added: {case}</source>
        <translation>未添加:{case}</translation>
    </message>
    <message>
        <source>Open the module DICOM once.</source>
        <translation>请先打开一次DICOM模块。</translation>
    </message>
    <message>
        <source>Propose exclusion</source>
        <translation>建议排除</translation>
    </message>
    <message>
        <source>Proposed. Sign the case off (Ctrl+Enter) to pass it on.</source>
        <translation>已建议。签署病例(Ctrl+Enter)以提交。</translation>
    </message>
    <message>
        <source>Setting up the study …</source>
        <translation>正在建立研究…</translation>
    </message>
    <message>
        <source>Slicer's DICOM database is not open</source>
        <translation>Slicer的DICOM数据库未打开</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Study in use</source>
        <translation>研究正在使用中</translation>
    </message>
    <message>
        <source>Study of somebody else</source>
        <translation>他人的研究</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>The DICOM database cannot be read.</source>
        <translation>无法读取DICOM数据库。</translation>
    </message>
    <message>
        <source>The DICOM database holds no MR images.</source>
        <translation>DICOM数据库中没有MR图像。</translation>
    </message>
    <message>
        <source>The case could not be started.</source>
        <translation>无法开始病例。</translation>
    </message>
    <message>
        <source>The check found:

{findings}

Open the study all the same?</source>
        <translation>检查发现:

{findings}

仍要打开该研究吗?</translation>
    </message>
    <message>
        <source>The examinations could not be added.</source>
        <translation>无法添加检查。</translation>
    </message>
    <message>
        <source>The proposal could not be saved.</source>
        <translation>无法保存建议。</translation>
    </message>
    <message>
        <source>The study could not be opened.</source>
        <translation>无法打开研究。</translation>
    </message>
    <message>
        <source>The study could not be set up.</source>
        <translation>无法建立研究。</translation>
    </message>
    <message>
        <source>The study has no place</source>
        <translation>未指定研究位置</translation>
    </message>
    <message>
        <source>The study is set up with {cases}. Choose who is at work and open it.</source>
        <translation>研究已建立,含{cases}。请选择工作者并打开。</translation>
    </message>
    <message>
        <source>This study was neither set up nor checked on this computer.

If it came from another hospital, have it checked first: for links, odd files, changed content and names of patients. Nothing in it is changed.

Check it now? With “No” it is opened without a check.</source>
        <translation>此研究既非在本机建立,也未在本机检查过。

若来自其他医院,请先检查:链接、异常文件、被更改的内容和患者姓名。不会更改任何内容。

现在检查吗?选“否”则不检查直接打开。</translation>
    </message>
    <message>
        <source>a folder</source>
        <translation>一个文件夹</translation>
    </message>
    <message>
        <source>a marked examination of the list</source>
        <translation>列表中选中的检查</translation>
    </message>
    <message>
        <source>a reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>adjudicator</source>
        <translation>裁定者</translation>
    </message>
    <message>
        <source>agreed</source>
        <translation>一致</translation>
    </message>
    <message>
        <source>amended</source>
        <translation>已修订</translation>
    </message>
    <message>
        <source>an open database</source>
        <translation>已打开的数据库</translation>
    </message>
    <message>
        <source>being amended</source>
        <translation>修订中</translation>
    </message>
    <message>
        <source>cannot be opened</source>
        <translation>无法打开</translation>
    </message>
    <message>
        <source>coordinator</source>
        <translation>协调员</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>已损坏</translation>
    </message>
    <message>
        <source>decided</source>
        <translation>已裁定</translation>
    </message>
    <message>
        <source>in progress</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>one marked examination of the list</source>
        <translation>列表中一个已标记的检查</translation>
    </message>
    <message>
        <source>reader {reader}</source>
        <translation>阅片者{reader}</translation>
    </message>
    <message>
        <source>signed off</source>
        <translation>已签署</translation>
    </message>
    <message>
        <source>to decide</source>
        <translation>待裁定</translation>
    </message>
    <message>
        <source>training: {state}</source>
        <translation>培训:{state}</translation>
    </message>
    <message>
        <source>waits for readers</source>
        <translation>等待阅片者</translation>
    </message>
    <message>
        <source>who is at work</source>
        <translation>工作者</translation>
    </message>
    <message>
        <source>{cases} added.</source>
        <translation>已添加{cases}。</translation>
    </message>
    <message>
        <source>{case} is signed off with the proposal to leave it out. The coordinator decides.</source>
        <translation>{case}已签署并建议排除。由协调员决定。</translation>
    </message>
    <message>
        <source>{count} reading was entered.</source>
        <translation>已录入 {count} 份阅片。</translation>
    </message>
    <message>
        <source>{count} readings were entered.</source>
        <translation>已录入 {count} 份阅片。</translation>
    </message>
    <message>
        <source>{problem}

Take over? The other session can then no longer save.</source>
        <translation>{problem}

是否接管?另一会话将无法再保存。</translation>
    </message>
    <message>
        <source>… and {count} more</source>
        <translation>…另有{count}项</translation>
    </message>
</context>
<context>
    <name>gui.table_import</name>
    <message>
        <source>No table is chosen</source>
        <translation>未选择表格</translation>
    </message>
    <message>
        <source>The table cannot be read.</source>
        <translation>无法读取表格。</translation>
    </message>
    <message>
        <source>The table could not be taken over.</source>
        <translation>无法采用表格。</translation>
    </message>
    <message>
        <source>a CSV or .xlsx file, or a folder</source>
        <translation>CSV 或 .xlsx 文件，或文件夹</translation>
    </message>
    <message>
        <source>{count} case would be added</source>
        <translation>将添加 {count} 例</translation>
    </message>
    <message>
        <source>{count} cases would be added</source>
        <translation>将添加 {count} 例</translation>
    </message>
    <message>
        <source>{count} field would change</source>
        <translation>将更改 {count} 个字段</translation>
    </message>
    <message>
        <source>{count} fields would change</source>
        <translation>将更改 {count} 个字段</translation>
    </message>
    <message>
        <source>{count} question</source>
        <translation>{count} 个问题</translation>
    </message>
    <message>
        <source>{count} questions</source>
        <translation>{count} 个问题</translation>
    </message>
    <message>
        <source>{effect}, {questions} open; nothing is written yet.</source>
        <translation>{effect}，{questions}待答；尚未写入任何内容。</translation>
    </message>
</context>
<context>
    <name>gui.voi_autosave</name>
    <message>
        <source>The VOI could not be measured.</source>
        <translation>无法测量VOI。</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>无法保存VOI。</translation>
    </message>
</context>
<context>
    <name>gui.voi_page</name>
    <message>
        <source>1 slice drawn ({first})</source>
        <translation>已画1层({first})</translation>
    </message>
    <message>
        <source>1 … 9, Space, Esc, Z, Y</source>
        <translation>1 … 9、空格、Esc、Z、Y</translation>
    </message>
    <message>
        <source>Bring it back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Draw around the lesion with the left mouse button; a right click closes the outline. Shift and the mouse show the same place in all views.</source>
        <translation>用鼠标左键围绕病灶勾画，单击右键闭合轮廓。按住 Shift 移动鼠标，可在所有视图中显示同一位置。</translation>
    </message>
    <message>
        <source>Nothing is drawn yet.</source>
        <translation>尚未绘制。</translation>
    </message>
    <message>
        <source>Outline finished</source>
        <translation>轮廓完成</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Slicer's Segment Editor: effects, last effect, none, undo, redo</source>
        <translation>Slicer分割编辑器:效果、上一效果、无、撤销、重做</translation>
    </message>
    <message>
        <source>The VOI could not be saved.</source>
        <translation>无法保存VOI。</translation>
    </message>
    <message>
        <source>The earlier outline could not be used.</source>
        <translation>无法使用早先的轮廓。</translation>
    </message>
    <message>
        <source>The other images are shown when the outline is finished; it is locked then.</source>
        <translation>轮廓完成后显示其他图像;届时轮廓锁定。</translation>
    </message>
    <message>
        <source>The outline could not be brought back.</source>
        <translation>无法恢复轮廓。</translation>
    </message>
    <message>
        <source>The outline could not be finished.</source>
        <translation>无法完成轮廓。</translation>
    </message>
    <message>
        <source>The outline was finished before the other images were shown, and is locked.</source>
        <translation>轮廓在显示其他图像前已完成并锁定。</translation>
    </message>
    <message>
        <source>VOI</source>
        <translation>VOI</translation>
    </message>
    <message>
        <source>segment before, segment after</source>
        <translation>上一分段,下一分段</translation>
    </message>
    <message>
        <source>{count} to be looked at</source>
        <translation>{count} 层待确认</translation>
    </message>
    <message>
        <source>{drawn} of {spanned} slices drawn ({first}–{last})</source>
        <translation>已画{drawn}/{spanned}层({first}–{last})</translation>
    </message>
    <message>
        <source>{time} · {voxels}</source>
        <translation>{time} · {voxels}</translation>
    </message>
    <message>
        <source>{voxels} · {volume:.2f} cm³ · median {medians}</source>
        <translation>{voxels} · {volume:.2f} cm³ · 中位数 {medians}</translation>
    </message>
    <message>
        <source>⚠ Another layout is shown. You can draw only in the views of the reading.</source>
        <translation>⚠ 当前为其他布局。只能在阅片视图中绘制。</translation>
    </message>
    <message>
        <source>⚠ The outline is empty now, which is not saved: the last one, with {voxels}, is kept.</source>
        <translation>⚠ 轮廓现为空且未保存：保留最后一次的轮廓（{voxels}）。</translation>
    </message>
</context>
<context>
    <name>gui.wording</name>
    <message>
        <source>5th percentile</source>
        <translation>第5百分位数</translation>
    </message>
    <message>
        <source>95th percentile</source>
        <translation>第95百分位数</translation>
    </message>
    <message>
        <source>By a line of {length} mm on {image}.</source>
        <translation>由{image}上{length} mm的线段得出。</translation>
    </message>
    <message>
        <source>By a line of {length} mm.</source>
        <translation>由{length} mm的线段得出。</translation>
    </message>
    <message>
        <source>Curve: {initial} {percent}, {delayed} {change}</source>
        <translation>曲线:{initial} {percent},{delayed} {change}</translation>
    </message>
    <message>
        <source>Kaiser score: {value}</source>
        <translation>Kaiser评分:{value}</translation>
    </message>
    <message>
        <source>Longest diameter of the VOI: {value} mm</source>
        <translation>VOI最长径:{value} mm</translation>
    </message>
    <message>
        <source>SER {value}</source>
        <translation>SER {value}</translation>
    </message>
    <message>
        <source>T2: lesion {value} × muscle</source>
        <translation>T2:病灶为肌肉的{value}倍</translation>
    </message>
    <message>
        <source>The size was typed; the line of {length} mm is not its source.</source>
        <translation>大小为手动输入;并非来自{length} mm的线段。</translation>
    </message>
    <message>
        <source>enhancing fraction {value}</source>
        <translation>强化比例{value}</translation>
    </message>
    <message>
        <source>entropy</source>
        <translation>熵</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>快速</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>hottest 3 × 3 voxels</source>
        <translation>最强的3 × 3体素</translation>
    </message>
    <message>
        <source>intermediate</source>
        <translation>中等</translation>
    </message>
    <message>
        <source>kurtosis (excess)</source>
        <translation>峰度(超值)</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中等</translation>
    </message>
    <message>
        <source>not assessable</source>
        <translation>无法评估</translation>
    </message>
    <message>
        <source>persistent</source>
        <translation>持续型</translation>
    </message>
    <message>
        <source>phase {phase} of the dynamic series</source>
        <translation>动态序列第{phase}期</translation>
    </message>
    <message>
        <source>phase {phase} of the ultrafast series</source>
        <translation>超快序列第{phase}期</translation>
    </message>
    <message>
        <source>plateau</source>
        <translation>平台型</translation>
    </message>
    <message>
        <source>skewness</source>
        <translation>偏度</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>缓慢</translation>
    </message>
    <message>
        <source>spot moved</source>
        <translation>点已移动</translation>
    </message>
    <message>
        <source>the ADC map</source>
        <translation>ADC图</translation>
    </message>
    <message>
        <source>the D_app map</source>
        <translation>D_app图</translation>
    </message>
    <message>
        <source>the K_app map</source>
        <translation>K_app图</translation>
    </message>
    <message>
        <source>the image before contrast</source>
        <translation>增强前图像</translation>
    </message>
    <message>
        <source>the projection of phase {phase}</source>
        <translation>第{phase}期的投影</translation>
    </message>
    <message>
        <source>the subtraction of phase {phase}</source>
        <translation>第{phase}期的减影</translation>
    </message>
    <message>
        <source>very high</source>
        <translation>很高</translation>
    </message>
    <message>
        <source>very low</source>
        <translation>很低</translation>
    </message>
    <message>
        <source>washout</source>
        <translation>流出型</translation>
    </message>
    <message>
        <source>{count} case</source>
        <translation>{count}个病例</translation>
    </message>
    <message>
        <source>{count} cases</source>
        <translation>{count}个病例</translation>
    </message>
    <message>
        <source>{count} slice</source>
        <translation>{count}层</translation>
    </message>
    <message>
        <source>{count} slices</source>
        <translation>{count}层</translation>
    </message>
    <message>
        <source>{count} voxel</source>
        <translation>{count}个体素</translation>
    </message>
    <message>
        <source>{count} voxels</source>
        <translation>{count}个体素</translation>
    </message>
</context>
<context>
    <name>outline_effect.SegmentEditorEffect</name>
    <message>
        <source>Added.</source>
        <translation>已添加。</translation>
    </message>
    <message>
        <source>Assisted outline</source>
        <translation>辅助勾画</translation>
    </message>
    <message>
        <source>Click by click, snapping</source>
        <translation>逐点点击,自动贴合</translation>
    </message>
    <message>
        <source>Confirm, next</source>
        <translation>确认,下一层</translation>
    </message>
    <message>
        <source>Copied. N confirms it.</source>
        <translation>已复制。按N确认。</translation>
    </message>
    <message>
        <source>Copy on</source>
        <translation>复制到下一层</translation>
    </message>
    <message>
        <source>Drag across the lesion along its longest diameter, or loosely around it: the edge is proposed.&lt;br&gt;&lt;b&gt;Drag from inside the edge:&lt;/b&gt; that belongs to it. &lt;b&gt;Drag from outside, or Ctrl and drag:&lt;/b&gt; that does not.&lt;br&gt;&lt;b&gt;Wheel, + and −:&lt;/b&gt; looser and tighter. &lt;b&gt;Enter:&lt;/b&gt; take it and go on to the next slice. &lt;b&gt;A:&lt;/b&gt; take it and stay. &lt;b&gt;Backspace:&lt;/b&gt; leave it.&lt;br&gt;&lt;b&gt;Page up, Page down:&lt;/b&gt; look in the next slice up or down. &lt;b&gt;C:&lt;/b&gt; copy to the next slice. &lt;b&gt;F:&lt;/b&gt; fill the slices in between. &lt;b&gt;N:&lt;/b&gt; confirm this slice, go to the next unconfirmed.</source>
        <translation>沿病灶最长径横穿拖动，或在病灶周围粗略拖动：程序给出边缘建议。&lt;br&gt;&lt;b&gt;从边缘内开始拖动：&lt;/b&gt;该处属于病灶。&lt;b&gt;从边缘外开始拖动，或按住 Ctrl 拖动：&lt;/b&gt;该处不属于病灶。&lt;br&gt;&lt;b&gt;滚轮、+ 和 −：&lt;/b&gt;放宽与收紧。&lt;b&gt;回车：&lt;/b&gt;接受并转到下一层。&lt;b&gt;A：&lt;/b&gt;接受并停留。&lt;b&gt;退格：&lt;/b&gt;放弃。&lt;br&gt;&lt;b&gt;Page up、Page down：&lt;/b&gt;在上一层或下一层查找。&lt;b&gt;C：&lt;/b&gt;复制到下一层。&lt;b&gt;F：&lt;/b&gt;填补中间各层。&lt;b&gt;N：&lt;/b&gt;确认本层，转到下一个未确认的层。</translation>
    </message>
    <message>
        <source>Drag across the lesion, or around it.</source>
        <translation>横穿病灶拖动，或在其周围拖动。</translation>
    </message>
    <message>
        <source>Each click is a corner; the line between them snaps to edges. Enter closes it</source>
        <translation>每次点击为一个角点;其间线条自动贴合边缘。Enter闭合</translation>
    </message>
    <message>
        <source>Every interpolated slice is confirmed.</source>
        <translation>所有插值层面均已确认。</translation>
    </message>
    <message>
        <source>Fill gaps</source>
        <translation>填充空缺</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Left. Drag around the lesion again, or draw it by hand.</source>
        <translation>已放弃。请重新围绕病灶拖动,或手工勾画。</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>下一层</translation>
    </message>
    <message>
        <source>No edge is proposed: {reason}. Drag along the lesion to mark it, or draw it by hand.</source>
        <translation>未给出边缘建议：{reason}。请沿病灶拖动以标记，或手动勾画。</translation>
    </message>
    <message>
        <source>Slice {k} was interpolated: N confirms it. {count} to look at.</source>
        <translation>第{k}层为插值:按N确认。还有{count}层待查看。</translation>
    </message>
    <message>
        <source>Take, go on</source>
        <translation>采用,继续</translation>
    </message>
    <message>
        <source>Taken.</source>
        <translation>已采用。</translation>
    </message>
    <message>
        <source>The protocol allows no assisted outline.</source>
        <translation>方案不允许辅助勾画。</translation>
    </message>
    <message>
        <source>There is nothing to fill in.</source>
        <translation>没有需要填充的层面。</translation>
    </message>
    <message>
        <source>Wheel: looser, tighter. Drag from inside: belongs to it; from outside: does not. Enter: take it and go on. Backspace: leave it.</source>
        <translation>滚轮：放宽、收紧。从内部拖动：属于病灶；从外部拖动：不属于。回车：接受并继续。退格：放弃。</translation>
    </message>
    <message>
        <source>it is only a few voxels</source>
        <translation>仅几个体素</translation>
    </message>
    <message>
        <source>it lies away from the outlines next to it</source>
        <translation>与相邻轮廓相距较远</translation>
    </message>
    <message>
        <source>the lesion does not stand out clearly enough</source>
        <translation>病灶不够突出</translation>
    </message>
    <message>
        <source>the lesion goes on beyond the line</source>
        <translation>病灶超出所画范围</translation>
    </message>
    <message>
        <source>there is no image of the slice to look at</source>
        <translation>没有该层图像可供查看</translation>
    </message>
    <message>
        <source>{count} slices filled in; N goes to each.</source>
        <translation>已填充{count}层;按N逐层查看。</translation>
    </message>
</context>
<context>
    <name>session.reading_session</name>
    <message>
        <source>A VOI that could not be saved last time is not used, because {why}. It is kept as {name} in the folder {folder} beside the settings of Slicer.</source>
        <translation>上次未能保存的 VOI 未被采用:{why}。它以 {name} 为名保存在 Slicer 设置旁的文件夹 {folder} 中。</translation>
    </message>
    <message>
        <source>Another module had moved images or the outline of the case. They are back in their place: see whether the last stroke lies where it was meant.</source>
        <translation>其他模块移动了该病例的图像或轮廓。它们已回到原位:请查看最后一笔是否画在应在的位置。</translation>
    </message>
    <message>
        <source>Deleted or renamed, and put back as it was drawn: {segments}. To start again, erase it.</source>
        <translation>被删除或改名,已恢复为所画的样子:{segments}。如要重新开始,请擦除它。</translation>
    </message>
    <message>
        <source>The VOI that could not be saved last time was brought back.</source>
        <translation>上次未能保存的 VOI 已恢复。</translation>
    </message>
    <message>
        <source>The outline cannot be changed now; what another module did to it was put back.</source>
        <translation>现在不能更改轮廓;其他模块对它所做的更改已撤销。</translation>
    </message>
    <message>
        <source>its file is damaged</source>
        <translation>其文件已损坏</translation>
    </message>
    <message>
        <source>the case is signed off</source>
        <translation>该病例已签署</translation>
    </message>
    <message>
        <source>the study has a newer one</source>
        <translation>研究中有更新的</translation>
    </message>
</context>
</TS>
