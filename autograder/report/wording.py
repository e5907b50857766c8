"""The words around a report, in both languages."""

from __future__ import annotations

from autograder.model import Text, Verdict

SCORE = Text("Score", "得分")
EXERCISE = Text("Exercise", "题目")
POINTS = Text("Points", "分数")
RESULT = Text("Result", "结果")
LIKELY = Text("What seems to be wrong:", "可能的问题:")
HINT = Text("Hint:", "提示:")
TRACE = Text("In your file:", "在你的文件中:")
UNFINISHED = Text("Not written yet", "尚未完成")
NOT_RUN = Text(
    "Checks not run because something before them failed: {count}", "因前面的检查未通过而未运行的检查:{count} 项"
)
ERRORED = Text(
    "Not your fault: the grader failed here, it costs you nothing, and staff will look at it",
    "与你无关:评分程序在此出错,不会扣分,教师会处理",
)
PASSED = Text("{count} of {all} checks passed", "{all} 项检查中通过 {count} 项")
NOTHING_RUN = Text("not run", "未运行")
NO_MARK = Text("There is no mark yet", "暂无分数")
MARKED_BY = Text(
    "Marks come from checks on inputs that are not shown. Messages tell what is wrong and where, "
    "never the values that are expected.",
    "分数来自对未公开输入的检查。反馈说明哪里有错,但不会给出应得的数值。",
)
PUBLIC_SCORE = Text("{score} / {max_score} on the public checks.", "公开检查得分:{score} / {max_score}。")
HIDDEN_TOO = Text(
    "There are hidden checks too, on harder inputs: they decide the mark.",
    "另有隐藏检查,输入更难:分数由隐藏检查决定。",
)
SIGNS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.SKIPPED: "–", Verdict.ERRORED: "!"}
