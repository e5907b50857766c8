"""Every sentence a student may read that is not a check's title, in both languages."""

from __future__ import annotations

from autograder.model import Text

NAMES = (
    (r"the image", "图像"),
    (r"the gradient", "梯度"),
    (r"the layer", "该层"),
    (r"your own layers", "你自己的层"),
    (r"the sum of (.+)", "{} 之和"),
    (r"the straight part of (.+)", "{} 中直接到达的部分"),
    (r"(.+) of the second call", "第二次调用的 {}"),
    (r"second (.+)", "第二次的 {}"),
    (r"(.+) of another (.+)", "另一个 {1} 的 {0}"),
    (r"(.+) of minus (.+)", "{1} 变号后的 {0}"),
    (r"(.+) of the first layer", "第一个层的 {}"),
    (r"(.+) of the second layer", "第二个层的 {}"),
    (r"(.+) of the same images once more", "同样图像再算一次的 {}"),
)
"""Names of answers that are not all identifiers, as patterns, and what they are in Chinese."""

NOT_AN_ARRAY = Text("{what} should be a numpy array, but it is {kind}", "{what} 应当是 numpy 数组，得到的却是 {kind}")
NOT_A_NUMBER_TYPE = Text(
    "{what} has dtype {dtype}; real numbers are expected", "{what} 的 dtype 是 {dtype}；应当是实数"
)
NOT_AN_INTEGER_TYPE = Text("{what} has dtype {dtype}; integers are expected", "{what} 的 dtype 是 {dtype}；应当是整数")
NOT_A_BOOLEAN_TYPE = Text("{what} has dtype {dtype}; booleans are expected", "{what} 的 dtype 是 {dtype}；应当是布尔值")
NOT_ONE_NUMBER = Text("{what} should be a number, but it is {kind}", "{what} 应当是一个数，得到的却是 {kind}")
NOT_AN_INT = Text("{what} should be an int, but it is {kind}", "{what} 应当是整数 int，得到的却是 {kind}")
NOT_A_SHAPE = Text(
    "{what} should be a tuple of ints giving the shape of the input, but it is {kind}",
    "{what} 应当是由整数组成的元组，即输入的形状，得到的却是 {kind}",
)
WRONG_SHAPE = Text("{what} has shape {actual}, expected {expected}", "{what} 的形状是 {actual}，应为 {expected}")
NOT_FINITE = Text(
    "{what} holds {count} values that are NaN or infinite, the first at {where}",
    "{what} 中有 {count} 个 NaN 或无穷大，第一个在 {where}",
)
WRONG_VALUES = Text(
    "{count} of {size} values of {what} are wrong; the worst is at index {where}, where yours is {actual:.6g}",
    "{what} 的 {size} 个值中有 {count} 个不对；差得最多的在下标 {where}，你的值是 {actual:.6g}",
)
WRONG_VALUE = Text("{what} is {actual}, which is not right", "{what} 得到 {actual}，不对")
EXPECTED_HERE = Text(" (expected {expected:.6g})", "（应为 {expected:.6g}）")
EXPECTED_VALUE = Text(" (expected {expected})", "（应为 {expected}）")
WRONG_DIRECTION = Text(
    "{what} does not match the slope of the loss measured by moving the input a little; "
    "of the elements tried, the worst is at index {where}, where yours is {actual:.6g}",
    "{what} 与把输入稍微移动后测得的损失斜率不一致；在抽查的元素中差得最多的在下标 {where}，你的值是 {actual:.6g}",
)
WRONG_DIRECTION_ONLY = Text(
    "{what} does not match the slope of the loss measured by moving the input a little along a random direction",
    "{what} 与沿随机方向稍微移动输入后测得的损失斜率不一致",
)
CHANGED = Text("{what} was changed: work on a copy instead", "{what} 被修改了：请在副本上计算")
NO_ERROR = Text(
    "{what} should raise a ValueError, but it returned normally", "{what} 应当抛出 ValueError，却正常返回了"
)
OTHER_ERROR = Text(
    "{what} should raise a ValueError, but it raised {error}", "{what} 应当抛出 ValueError，却抛出了 {error}"
)
TOO_SLOW = Text(
    "{what} took longer than it may (a limit that a Python loop does not meet): let numpy work on whole arrays",
    "{what} 用时超过限度（用 Python 循环达不到这一限度）：请让 numpy 一次处理整个数组",
)
UNFINISHED = Text("not written yet (NotImplementedError)", "尚未完成（NotImplementedError）")
NOT_WRITTEN = Text("not written yet: {name}", "尚未完成：{name}")
NOT_SET = Text("not written yet: self.{name} is not set", "尚未完成：没有设置 self.{name}")
UNFINISHED_BEGINS = "not written yet"
"""How all three begin, in English."""
NO_SUCH_NAME = Text(
    "{owner} has nothing called {name}: was it renamed or deleted?", "{owner} 中没有 {name}：是否改了名或被删除？"
)
NOT_DEFINED = Text(
    "nothing is called {name} here: has its cell been run?", "这里没有定义 {name}：它所在的单元格运行过吗？"
)
ONLY_GIVEN = Text(
    ": it is asked by itself, with nothing set but {names}, so what else your other methods would store is not there",
    "：这里单独调用它，事先只设置了 {names}；你的其他方法没有运行，它们另外保存的内容并不存在",
)
FAULT = Text("your code raised {error}", "你的代码抛出了 {error}")
STOPPED = {
    "timeout": Text(
        "stopped: this exercise took longer than its {seconds:g} seconds (an endless loop?)",
        "已停止：这道题用时超过 {seconds:g} 秒（是否有死循环？）",
    ),
    "exit": Text(
        "the process ended in the middle of the work (exit(), too much memory or a crash)",
        "进程在计算中途结束（调用了 exit()、内存过多或崩溃）",
    ),
    "signal": Text("the process crashed ({detail})", "进程崩溃（{detail}）"),
    "protocol": Text("the answer could not be read ({detail})", "无法读取返回的结果（{detail}）"),
}
UNUSABLE = Text(
    "your answer has a form that this check cannot work with ({error})",
    "你给出的结果的形式使这项检查无法进行（{error}）",
)
NOT_RUN = Text(
    "not run, because an earlier check of this exercise stopped the program",
    "未运行：本题前面的检查使程序中止",
)
SKIPPED = Text("not run: it needs {names} to pass first", "未运行：须先通过 {names}")
GRADER_FAULT = Text(
    "something went wrong in the grader, not in your work: it costs you nothing, and staff will look at it",
    "评分程序出了问题，与你的代码无关：不会扣分，教师会处理",
)
MISSING = Text("no {filename} was handed in", "没有提交 {filename}")
NOT_A_FILE = Text("{filename} is a folder, not a file", "{filename} 是文件夹，不是文件")
NOT_REGULAR = Text("{filename} is not an ordinary file", "{filename} 不是普通文件")
UNREADABLE = Text("{filename} cannot be read ({reason})", "无法读取 {filename}（{reason}）")
TOO_LARGE = Text(
    "{filename} is {size:.1f} MB; at most {limit:g} MB are read",
    "{filename} 有 {size:.1f} MB；最多读取 {limit:g} MB",
)
NOT_UTF8 = Text(
    "{filename} is not UTF-8 text (byte {position}): save it as UTF-8",
    "{filename} 不是 UTF-8 文本（第 {position} 字节）：请存为 UTF-8",
)
EMPTY_FILE = Text("{filename} is empty: save your work and hand it in again", "{filename} 是空的：请保存后重新提交")
NOT_TEXT = Text(
    "{filename} is a {kind} that was given another name: hand in the Python file itself",
    "{filename} 其实是改了名的 {kind}：请提交 Python 文件本身",
)
NOT_A_NOTEBOOK = Text(
    "{filename} is not a Jupyter notebook (format 4): save it again in Jupyter",
    "{filename} 不是 Jupyter 笔记本（格式 4）：请在 Jupyter 中重新保存",
)
NO_NOTEBOOKS = Text(
    "{filename} cannot be read here: hand in the .py file", "此处无法读取 {filename}：请提交 .py 文件"
)
IMPORT_TIMEOUT = Text(
    "it took longer than {seconds:g} seconds (an endless loop outside every function?)",
    "用时超过 {seconds:g} 秒（函数之外是否有死循环？）",
)
DOES_NOT_IMPORT = Text("{filename} does not import: {error}", "{filename} 无法导入：{error}")
MISSING_AMONG = Text("no {filename} was handed in (found: {found})", "没有提交 {filename}（找到的是：{found}）")
MISSING_FROM_EMPTY = Text("no {filename} was handed in (it is empty)", "没有提交 {filename}（里面是空的）")
SEVERAL_FILES = Text(
    "it is not clear which file is meant ({names}): leave one", "无法确定要批改哪一个文件（{names}）：请只保留一个"
)
SEVERAL_ARCHIVES = Text(
    "there are several archives ({names}) and no {filename}: leave one",
    "有多个压缩包（{names}），却没有 {filename}：请只保留一个",
)
HANDED_IN_TWICE = Text(
    "handed in more than once ({names}): it is not clear which counts, so leave one",
    "重复提交（{names}）：无法确定以哪一份为准，请只保留一份",
)
IS_A_LINK = Text("{filename} is a link: hand in the thing itself", "{filename} 是链接：请提交文件或文件夹本身")
HARD_LINKED = Text(
    "{filename} has a second name elsewhere (a hard link): hand in a copy",
    "{filename} 在别处还有另一个名字（硬链接）：请提交一份副本",
)
FOLDER_TOO_FULL = Text(
    "the folder holds more than {limit} entries: leave {filename} alone in it",
    "文件夹中的条目超过 {limit} 个：请只保留 {filename}",
)
IN_ARCHIVE = Text("{archive}: {problem}", "{archive}:{problem}")
ARCHIVE_DAMAGED = Text(
    "it cannot be unpacked: it is damaged, or its name does not say what it is",
    "无法解压：文件已损坏，或扩展名与内容不符",
)
ARCHIVE_UNREADABLE = Text("it cannot be read ({reason})", "无法读取（{reason}）")
ARCHIVE_FEATURE = Text(
    "it is packed in a way that is not read here: make an ordinary .zip or .tar.gz",
    "其压缩方式不受支持：请用普通的 .zip 或 .tar.gz",
)
ARCHIVE_FOREIGN = Text(
    "this kind of archive is not read: hand in a .zip or .tar.gz", "不支持这种压缩包：请提交 .zip 或 .tar.gz"
)
ARCHIVE_ENCRYPTED = Text("it is locked with a password: pack it without one", "它有密码保护：请不要设置密码")
ARCHIVE_MEMORY = Text(
    "unpacking it takes too much memory: make an ordinary .zip or .tar.gz",
    "解压所需内存过多：请用普通的 .zip 或 .tar.gz",
)
ARCHIVE_DIRECTORY = Text(
    "its table of contents is larger than {limit:.0f} MB: pack only what was asked for",
    "其目录超过 {limit:.0f} MB：请只打包要求提交的文件",
)
ARCHIVE_TOO_MANY = Text(
    "it holds more than {limit} entries: pack only what was asked for",
    "其中的条目超过 {limit} 个：请只打包要求提交的文件",
)
ARCHIVE_UNPACKS_TOO_LARGE = Text(
    "it unpacks to more than {limit:g} MB: pack only what was asked for",
    "解压后超过 {limit:g} MB：请只打包要求提交的文件",
)
ARCHIVE_UNSAFE_NAME = Text(
    "it holds a name that leads elsewhere ({name}): pack the folder again",
    "其中有指向别处的文件名（{name}）：请重新打包",
)
ARCHIVE_DUPLICATE = Text("it holds {name} more than once: leave one", "其中有多个 {name}：请只保留一个")
