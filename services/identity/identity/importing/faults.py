"""Why a file, or a row of it, is not imported. No text repeats what stands in the file."""

from chassis.refusal import Kind, Refusal


class FileUnreadable(Refusal):
    """Neither UTF-8, UTF-16 nor GBK (GB 18030), or not text at all."""

    code = "import.file-unreadable"
    kind = Kind.INVALID
    zh = "无法识别文件编码,应为 UTF-8 或 GBK 的 CSV 文本"
    en = "The file is neither UTF-8 nor GBK text; save it as CSV"


class FileEmpty(Refusal):
    """It has no line with column names."""

    code = "import.file-empty"
    kind = Kind.INVALID
    zh = "文件为空,首行应为列名"
    en = "The file is empty; its first line should name the columns"


class ColumnsUnfit(Refusal):
    """The columns are not the known ones; `unknown` counts those, since a name may be personal."""

    code = "import.columns-unfit"
    kind = Kind.INVALID
    zh = "列名不符:缺少 {missing};重复 {twice};无法识别的列 {unknown} 个。应为 {wanted}"
    en = "Wrong columns: missing {missing}; twice {twice}; unknown {unknown}. Wanted: {wanted}"


class FileChanged(Refusal):
    """Somebody wrote to the file while it was imported."""

    code = "import.file-changed"
    zh = "导入过程中文件被修改;已导入的保留,请重新运行"
    en = "The file was changed while it was imported; what was imported stays, run it again"


class RowUnreadable(Refusal):
    """A row is not CSV: quotes that do not match, a line break within a cell, a NUL."""

    code = "import.row-unreadable"
    kind = Kind.INVALID
    zh = "该行不是有效的 CSV(引号不配对或单元格内换行)"
    en = "The row is not CSV: quotes do not match, or a cell has a line break"


class CellsUnfit(Refusal):
    """A row has another number of cells than there are columns."""

    code = "import.cells-unfit"
    kind = Kind.INVALID
    zh = "该行有 {cells} 个单元格,应为 {columns} 个"
    en = "The row has {cells} cells; there are {columns} columns"
