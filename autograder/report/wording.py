"""The words around a report, in both languages."""

from __future__ import annotations

from autograder.model import Text, Verdict

SCORE = Text("Score", "得分")
EXERCISE = Text("Exercise", "题目")
POINTS = Text("Points", "分数")
RESULT = Text("Result", "结果")
LIKELY = Text("What seems to be wrong:", "可能的问题：")
HINT = Text("Hint:", "提示：")
TRACE = Text("In your file:", "在你的文件中：")
NOT_RUN = Text(
    "Checks not run because something before them failed: {count}", "因前面的检查未通过而未运行的检查：{count} 项"
)
ERRORED = Text(
    "Not your fault: the grader failed here, it costs you nothing, and staff will look at it",
    "与你无关：评分程序在此出错，不会扣分，教师会处理",
)
PASSED = Text("{count} of {all} checks passed", "{all} 项检查中通过 {count} 项")
NOTHING_RUN = Text("not run", "未运行")
STOPPED = Text("Your code did not come to an end", "你的代码没有正常结束")
NO_MARK = Text("There is no mark yet", "暂无分数")
MARKED_BY = Text(
    "Marks come from checks on inputs that are not shown. Messages tell what is wrong and where, "
    "never the values that are expected.",
    "分数来自对未公开输入的检查。反馈说明哪里有错，但不会给出应得的数值。",
)
AGAIN = Text("The same in other checks: {count}", "其他检查中同样如此：{count} 项")
PRINTED = Text("Your code printed, in this check:", "你的代码在这项检查中打印了：")
PRINTED_ELSEWHERE = Text("Your code printed, in the other checks:", "你的代码在其他检查中打印了：")
PRINTED_MORE = Text("and {count} more lines", "还有 {count} 行")
PUBLIC_SCORE = Text("{score} / {max_score} on the public checks.", "公开检查得分：{score} / {max_score}。")
HIDDEN_TOO = Text(
    "There are hidden checks too, on harder inputs: they decide the mark.",
    "另有隐藏检查，输入更难：分数由隐藏检查决定。",
)
MAP = Text("Where {what} is wrong", "{what} 哪里不对")
MAP_CASE = Text("Tried with {case}.", "用例：{case}。")
MAP_SLICE = Text("Shown is {place}, {down} by {across}.", "图中是{place}，按{down}与{across}排列。")
MAP_AXES = Text("Shown is {down} by {across}.", "图按{down}与{across}排列。")
MAP_PART = Text(
    "Shown are rows {top} to {bottom} of {rows} and columns {left} to {right} of {columns}.",
    "图中是 {rows} 行中的第 {top} 到 {bottom} 行，{columns} 列中的第 {left} 到 {right} 列。",
)
MAP_COUNT = Text(
    "{count} of {size} cells are wrong; the worst is at {down} {row}, {across} {column}, counted from 0.",
    "{size} 个单元中有 {count} 个不对；差得最多的在{down} {row}、{across} {column}（从 0 数起）。",
)
MAP_WINDOW = Text(
    "One window covers the worst cell: rows {top} to {bottom}, columns {left} to {right}.",
    "差得最多的单元只被一个窗口覆盖：第 {top} 到 {bottom} 行，第 {left} 到 {right} 列。",
)
MAP_WINDOWS = Text(
    "{count} windows cover the worst cell; together they take up rows {top} to {bottom}, columns {left} to {right}.",
    "差得最多的单元被 {count} 个窗口覆盖；它们合起来占第 {top} 到 {bottom} 行，第 {left} 到 {right} 列。",
)
DRAWN_WINDOW = Text(
    "One window covers the worst cell: it is outlined.", "差得最多的单元只被一个窗口覆盖：已用方框标出。"
)
DRAWN_WINDOWS = Text(
    "{count} windows cover the worst cell: the first is outlined, and dashed is what they take up together.",
    "差得最多的单元被 {count} 个窗口覆盖：实线框是第一个，虚线框是它们合起来的范围。",
)
MAP_LINE = Text("{down} {row}: wrong at {across} {places}", "{down} {row}：出错的{across} {places}")
MAP_KEYS = {
    ".": Text("right", "正确"),
    "-": Text("a little off", "略有偏差"),
    "=": Text("off", "有偏差"),
    "#": Text("far off", "偏差很大"),
    "!": Text("NaN or infinite", "NaN 或无穷大"),
    "0": Text("zero, but something belongs here", "是零，但此处不应为零"),
    "+": Text("not zero, but nothing belongs here", "不是零，但此处应为零"),
}
"""What the signs of a map stand for; its other forms draw them."""

SIGNS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.SKIPPED: "–", Verdict.ERRORED: "!"}


def announced(word: Text, said: str, language: str) -> str:
    """What is said behind the word that announces it; a full-width colon brings its own space."""
    return f"{word.into(language)}{'' if language == 'zh' else ' '}{said}"
