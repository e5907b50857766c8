"""The words around a report, in both languages."""

from __future__ import annotations

from autograder.model import Text, Verdict

SCORE = Text("Score", "得分")
EXERCISE = Text("Exercise", "题目")
POINTS = Text("Points", "分数")
RESULT = Text("Result", "结果")
TRACE = Text("In your file:", "在你的文件中:")
UNFINISHED = Text("Not written yet", "尚未完成")
NOT_RUN = Text("Not run, because something before went wrong", "未运行,因为前面有错")
ERRORED = Text(
    "Not your fault: the grader failed here, it costs you nothing, and staff will look at it",
    "与你无关:评分程序在此出错,不会扣分,教师会处理",
)
PASSED = Text("Passed: {count} of {all} checks", "通过:{all} 项检查中的 {count} 项")
ALL_PASSED = Text("All {all} checks passed", "{all} 项检查全部通过")
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
VERDICTS = {
    Verdict.PASSED: Text("passed", "通过"),
    Verdict.FAILED: Text("failed", "未通过"),
    Verdict.SKIPPED: Text("not run", "未运行"),
    Verdict.ERRORED: Text("grader fault", "评分程序出错"),
}
SIGNS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.SKIPPED: "–", Verdict.ERRORED: "!"}
