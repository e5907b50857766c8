"""The words of the pages, in both languages."""

from __future__ import annotations

from autograder.model import Status, Text

# --- the student's page

FEEDBACK = Text("Feedback", "作业反馈")
OF = Text("out of {most}", "满分 {most}")
BY_EXERCISE = Text("Points by exercise", "各题得分")
EXERCISE = Text("Exercise", "题目")
POINTS = Text("Points", "分数")
CHECKS = Text("Checks", "检查")
FULL_MARKS = Text("Every check passed. There is nothing to mend.", "所有检查均已通过，没有需要改正的地方。")
WHAT_TO_MEND = Text("What to look at", "需要改进的地方")
LIKELY = Text("What seems to be wrong", "可能的问题")
HINT = Text("Hint", "提示")
FAILED_CHECKS = Text("Checks that failed", "未通过的检查")
IN_YOUR_FILE = Text("In your file", "在你的文件中")
MAP_TITLE = Text("Map of {what}", "{what} 的分布图")
MAP_SIZE = Text("{rows} rows by {columns} columns.", "{rows} 行 {columns} 列。")
MAP_RIGHT = Text("Everything else is right.", "其余都正确。")
SIZES = Text("The larger a shape and the stronger its colour, the further off.", "图形越大、颜色越深，偏差越大。")
WORST = Text("the worst cell", "差得最多的单元")
WINDOW = Text("a window over it", "覆盖它的一个窗口")
REACH = Text("all windows over it", "覆盖它的所有窗口")
VERDICTS = {
    "passed": Text("all passed", "全部通过"),
    "failed": Text("points lost", "有失分"),
    "skipped": Text("not run", "未运行"),
    "errored": Text("grader's fault", "评分程序出错"),
}

# --- the report on a class

CLASS_REPORT = Text("Class report", "班级报告")
SUBMISSIONS = Text("submissions", "份提交")
MEAN = Text("mean", "平均分")
MEDIAN = Text("median", "中位数")
FULL = Text("with full marks", "人满分")
LOOK = Text("need a look", "份需要查看")
SCORES = Text("Scores", "分数分布")
SCORE_RANGE = Text("Score", "分数")
BINS_HINT = Text("From the first number up to, but not including, the second.", "含前一个数，不含后一个数。")
STUDENTS = Text("Students", "学生")
RAN = Text(
    "Of the {count} submissions that ran: the mean, how many earned all points, and how many none.",
    "在 {count} 份能运行的提交中：平均分、得满分的人数、得零分的人数。",
)
MEAN_POINTS = Text("Mean", "平均")
ALL_POINTS = Text("All", "满分")
NO_POINTS = Text("None", "零分")
LOOKS = Text("Who needs a look", "需要查看的提交")
NO_LOOKS = Text("Nobody: every submission was graded, and none stands out.", "没有：所有提交均已评分，无异常。")
LOOKS_HINT = Text(
    "What code seems to have tried is read from what it raised and printed: a hint, not a verdict. "
    "Code that keeps silent leaves no trace here.",
    "“似乎试图”是根据代码抛出和打印的内容推断的：只是线索，不是结论。不出声的代码在此不会留下痕迹。",
)
REASON = Text("Reason", "原因")
DETAIL = Text("Detail", "详情")
MISCONCEPTIONS = Text("What is misunderstood", "常见误解")
MISCONCEPTIONS_HINT = Text(
    "Named where answers are the very ones of a known mistake; otherwise what the answers look like.",
    "结果与某个已知错误完全一致时直接指名；否则描述结果的样子。",
)
NO_MISCONCEPTIONS = Text("Nothing was found.", "没有发现。")
WHO = Text("Who", "哪些学生")
SHOW = Text("Show in the table", "在表中显示")
NAMED = Text("known mistake", "已知错误")
DESCRIBED = Text("description", "描述")
HARDEST = Text("Hardest checks", "最难的检查")
HARDEST_HINT = Text(
    "Failed by how many of those who had written something for it.", "在写了相应代码的学生中，有多少人未通过。"
)
NO_HARDEST = Text("No check failed.", "没有未通过的检查。")
FAILED_BY = Text("Failed by", "未通过")
CHECK = Text("Check", "检查")
TIME = Text("Time used", "用时")
TIME_HINT = Text(
    "Seconds on the clock for one submission, all exercises together.", "每份提交的用时（秒），所有题目合计。"
)
MIDDLE = Text("median", "中位数")
SLOW = Text("19 in 20 take at most", "95% 不超过")
LONGEST = Text("longest", "最长")
ALL_STUDENTS = Text("All students", "全体学生")
STUDENT = Text("Student", "学生")
STATUS = Text("Status", "状态")
SCORE = Text("Score", "得分")
LOST = Text("Points lost in", "失分题目")
WRONG = Text("Seems wrong", "可能的问题")
SECONDS = Text("Seconds", "秒")
SEARCH = Text("Search", "搜索")
ANY = Text("any", "全部")
LOST_IN = Text("Lost points in", "失分于")
HOLDS = Text("Holds", "误解")
ONLY_LOOKS = Text("only who needs a look", "只看需要查看的")
RESET = Text("Show all", "显示全部")
MORE = Text("List all of them", "全部列出")
SHOWN = Text("students", "名学生")
NOTHING_SHOWN = Text("Nobody fits: show all again.", "没有符合条件的学生：请显示全部。")
STATUSES = {
    Status.GRADED: Text("graded", "已评分"),
    Status.MISSING: Text("missing", "未提交"),
    Status.BROKEN: Text("broken", "无法运行"),
    Status.ERRORED: Text("errored", "评分出错"),
}
RECORDED = Text(
    "seed {seed} · confinement {confinement} · kit {version}", "种子 {seed} · 隔离 {confinement} · 版本 {version}"
)
SKIP = Text("Go to the table of students", "跳到学生表")
