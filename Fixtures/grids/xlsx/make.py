#!/usr/bin/env python3
"""Makes the workbooks of this folder, each with a CSV twin that says which cells the reader must give.

Made by openpyxl 3.1.5, XlsxWriter 3.3.1 and LibreOffice 7.4.7 (soffice on PATH; its files are left alone without it):
    python3 -m venv venv && venv/bin/pip install openpyxl==3.1.5 XlsxWriter==3.3.1
    venv/bin/python make.py
A twin's rows stand on the lines that the spreadsheet shows; blank ones are blank lines.
"""
import csv, datetime, io, os, shutil, subprocess, tempfile
import openpyxl, xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

HERE = os.path.dirname(os.path.abspath(__file__))
COST = ["Item Gtin", "Shipnode ID", "Unit Cost", "Allow other merchants to change cost", "Cost Start Date", "Cost End Date"]


def path(name):
    return os.path.join(HERE, name)


def twin(name, rows):
    """Without trailing blank cells: a workbook has none."""
    lines = [list(row) for row in rows]
    for line in lines:
        while line and line[-1] == "":
            line.pop()
    with open(path(name + ".csv"), "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def cost_rows():
    """The seed grid's rows and more, as (cells to write, cells to read)."""
    day = datetime.date
    return [
        ("062145556123", 1234589, 39.88, True, day(2019, 4, 11), day(2019, 4, 21)),
        ("012378912355", 4522312, 21.24, False, day(2019, 4, 8), day(2019, 4, 11)),
        ("416000336108", 7, 1234.5, True, day(2024, 2, 29), day(2059, 12, 31)),
    ]


COST_TWIN = [
    COST,
    ["062145556123", "1234589", "$39.88", "TRUE", "2019-04-11", "2019-04-21"],
    ["012378912355", "4522312", "$21.24", "FALSE", "2019-04-08", "2019-04-11"],
    ["416000336108", "7", "$1234.50", "TRUE", "2024-02-29", "2059-12-31"],
]

# Number formats: (value, format, what the reader gives).
FORMATS = [
    (62145556123, "000000000000", "062145556123"),
    (62145556123, "General", "62145556123"),
    (62145556123, "0.00E+00", "62145556123"),
    (0.1 + 0.2, "General", "0.3"),
    (39.88, "0", "39.88"),
    (1e15, "General", "1000000000000000"),
    (1.5e-7, "General", "0.00000015"),
    (-1234567.891, "#,##0.00", "-1234567.891"),
    (0.125, "0%", "12.5%"),
    (0.07, "0.00%", "7%"),
    (39.9, '"$"#,##0.00', "$39.90"),
    (-2.5, '"$"#,##0.00;[Red]("$"#,##0.00)', "-$2.50"),
    (12, '[$€-407] #,##0.00', "€12.00"),
    (12.345, '#,##0.00 [$€-407]', "12.345 €"),
    (12.5, '[$USD] #,##0.00', "USD 12.50"),
    (12.5, '#,##0.00 "CAD"', "12.50 CAD"),
    (1, "0 \"pcs\"", "1"),
    (123456789, "000-00-0000", "123-45-6789"),
    (43566, "yyyy\\-mm\\-dd", "2019-04-11"),
    (43566, "m/d/yy", "2019-04-11"),
    (43566.5625, "d/m/yyyy h:mm", "2019-04-11T13:30:00"),
    (43566, "d/m/yyyy h:mm", "2019-04-11"),
    (0.5625, "h:mm AM/PM", "13:30:00"),
    (1.5, "[h]:mm:ss", "36:00:00"),
    (43566, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2019-04-11"),
    (7, "@", "7"),
    (True, "General", "TRUE"),
    (-1, "yyyy-mm-dd", "-1"),
]

TEXTS = ["000123", "a & b <c>", "zwei\nZeilen", "  padded ", "ünï €", "_x000D_", "'quoted", '"q", r', "n/a", "=no formula"]


def cost_openpyxl(name, write_only=False, from1904=False):
    book = openpyxl.Workbook(write_only=write_only)
    if from1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.create_sheet("Cost") if write_only else book.active
    sheet.append(COST)
    for row in cost_rows():
        cells = []
        for index, value in enumerate(row):
            cell = openpyxl.cell.WriteOnlyCell(sheet, value)
            if index == 2:
                cell.number_format = '"$"#,##0.00_-'
            if index > 3:
                cell.number_format = "dd/mm/yyyy"
            cells.append(cell)
        sheet.append(cells if write_only else [cell.value for cell in cells])
        if not write_only:
            for index, cell in enumerate(cells):
                sheet.cell(sheet.max_row, index + 1).number_format = cell.number_format
    book.save(path(name + ".xlsx"))
    twin(name, COST_TWIN)


def cost_xlsxwriter(name, options):
    book = xlsxwriter.Workbook(path(name + ".xlsx"), options)
    sheet = book.add_worksheet("Cost")
    money, day = book.add_format({"num_format": "$#,##0.00"}), book.add_format({"num_format": "m/d/yy"})
    sheet.write_row(0, 0, COST)
    for line, (gtin, node, cost, allow, start, end) in enumerate(cost_rows()):
        sheet.write_string(line + 1, 0, gtin)
        sheet.write_number(line + 1, 1, node)
        sheet.write_number(line + 1, 2, cost, money)
        sheet.write_boolean(line + 1, 3, allow)
        sheet.write_datetime(line + 1, 4, start, day)
        sheet.write_datetime(line + 1, 5, end, day)
    book.close()
    twin(name, COST_TWIN)


def formats_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["value", "format"])
    for value, code, shown in FORMATS:
        sheet.append([value, code])
        sheet.cell(sheet.max_row, 1).number_format = code
    book.save(path("formats-openpyxl.xlsx"))
    twin("formats-openpyxl", [["value", "format"]] + [[shown, code] for _, code, shown in FORMATS])


def formats_xlsxwriter():
    book = xlsxwriter.Workbook(path("formats-xlsxwriter.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["value", "format"])
    for line, (value, code, shown) in enumerate(FORMATS):
        sheet.write(line + 1, 0, value, book.add_format({"num_format": code}))
        sheet.write_string(line + 1, 1, code)
    book.close()
    twin("formats-xlsxwriter", [["value", "format"]] + [[shown, code] for _, code, shown in FORMATS])


def texts(name, options):
    book = xlsxwriter.Workbook(path(name + ".xlsx"), options)
    sheet = book.add_worksheet()
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
    sheet.write_row(0, 0, ["text", "number"])
    for line, text in enumerate(TEXTS):
        sheet.write_string(line + 1, 0, text)
        sheet.write_number(line + 1, 1, line)
    line = len(TEXTS) + 1
    sheet.write_rich_string(line, 0, "plain ", bold, "bold", " and ", red, "red")
    sheet.write_formula(line + 1, 0, '="a"&"b"', None, "ab")
    sheet.write_formula(line + 1, 1, "=40+2", None, 42)
    sheet.write_formula(line + 2, 0, "=NA()", None, "#N/A")
    sheet.write_formula(line + 2, 1, "=1=1", None, True)
    book.close()
    rows = [["text", "number"]] + [[text, str(index)] for index, text in enumerate(TEXTS)]
    rows += [["plain bold and red"], ["ab", "42"], ["#N/A", "TRUE"]]
    twin(name, rows)


def sparse_openpyxl():
    """A letterhead, merged cells, blank rows and columns with formats, and cells far to the right."""
    book = openpyxl.Workbook()
    sheet = book.active
    fill = openpyxl.styles.PatternFill("solid", fgColor="DDDDDD")
    sheet["A1"] = "Costs of the spring"
    sheet.merge_cells("A1:F1")
    for column, name in enumerate(COST):
        sheet.cell(4, column + 2, name)
    sheet["B5"], sheet["C5"], sheet["D5"] = "02345673", 5, 1.5
    sheet["B8"], sheet["C8"], sheet["Z8"] = "416000336108", 6, "far"
    sheet.merge_cells("C8:C9")
    for row in range(10, 400):
        for column in range(1, 27):
            sheet.cell(row, column).fill = fill
    sheet["B401"] = "00363824587165"
    book.save(path("sparse-openpyxl.xlsx"))
    rows = [["Costs of the spring"], [], [], [""] + COST, ["", "02345673", "5", "1.5"], [], []]
    rows += [["", "416000336108", "6"] + [""] * 22 + ["far"]] + [[]] * 392 + [["", "00363824587165"]]
    twin("sparse-openpyxl", rows)


def sheets_openpyxl():
    """Notes first, then a hidden list, a chart, and the grid."""
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["Please read", "Item Gtin is needed"])
    hidden = book.create_sheet("Lists")
    hidden.sheet_state = "hidden"
    hidden.append(["Yes"])
    book.create_sheet("Empty")
    book.create_chartsheet("Chart")
    grid = book.create_sheet("Cost")
    grid.append(COST)
    grid.append(["02345673", 5, 1.5])
    book.save(path("sheets-openpyxl.xlsx"))
    twin("sheets-openpyxl", [COST, ["02345673", "5", "1.5"]])


def rich_openpyxl():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name"])
    sheet["A2"] = CellRichText("a ", TextBlock(InlineFont(b=True), "bold"), " b")
    book.save(path("rich-openpyxl.xlsx"))
    twin("rich-openpyxl", [["name"], ["a bold b"]])


def strict_and_prefixed():
    """What Excel writes as “Strict Open XML” and some libraries with prefixes, made of an XlsxWriter file."""
    import re, zipfile
    changes = [
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"),
    ]
    for name in ["strict-changed", "prefixed-changed"]:
        with zipfile.ZipFile(path("cost-xlsxwriter.xlsx")) as source, zipfile.ZipFile(
            path(name + ".xlsx"), "w", zipfile.ZIP_DEFLATED
        ) as target:
            for part in source.namelist():
                data = source.read(part)
                if name.startswith("strict"):
                    for old, new in changes:
                        data = data.replace(old, new)
                elif part.startswith("xl/") and not part.endswith(".rels") and b"spreadsheetml" in data:
                    data = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", data).replace(b" xmlns=", b" xmlns:x=")
                elif part == "xl/_rels/workbook.xml.rels":
                    data = data.replace(b'Target="', b'Target="/xl/')
                target.writestr(part, data)
        twin(name, COST_TWIN)


def libreoffice():
    if not shutil.which("soffice"):
        print("no soffice: its files are left alone")
        return
    with tempfile.TemporaryDirectory() as folder:
        for source in ["cost-xlsxwriter", "formats-xlsxwriter", "sparse-openpyxl", "sheets-openpyxl", "1904-openpyxl"]:
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                 "--outdir", folder, path(source + ".xlsx")], check=True, capture_output=True)
            name = source.split("-")[0] + "-libreoffice"
            shutil.copy(os.path.join(folder, source + ".xlsx"), path(name + ".xlsx"))
            shutil.copy(path(source + ".csv"), path(name + ".csv"))


cost_openpyxl("cost-openpyxl")
cost_openpyxl("writeonly-openpyxl", write_only=True)
cost_openpyxl("1904-openpyxl", from1904=True)
cost_xlsxwriter("cost-xlsxwriter", {})
cost_xlsxwriter("inline-xlsxwriter", {"constant_memory": True})
cost_xlsxwriter("1904-xlsxwriter", {"date_1904": True})
formats_openpyxl()
formats_xlsxwriter()
texts("texts-xlsxwriter", {})
texts("inlinetexts-xlsxwriter", {"constant_memory": True})
sparse_openpyxl()
sheets_openpyxl()
rich_openpyxl()
strict_and_prefixed()
libreoffice()
