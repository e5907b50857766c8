"""The attacks: what each may earn, what holds it, and the text that is handed in.

An attack's file holds only what is particular to it. Marker lines stand for the rest: ``# @HONEST NAME@`` for
a right answer, ``# @STUB NAME@`` for the untouched template, ``# @TELL NAME@`` for the template with ways to
show or use what was stolen. ``@WORDS@`` stand for paths, ports and secrets of the run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder.template import BEGIN, END

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
KINDS = ("steal", "forge", "patch", "lie", "trick", "exhaust", "carry")
LAYERS = ("files", "network", "processes", "limits", "protocol", "checks", "nothing")
"""What can hold an attack; ``checks`` are the assignment's own, ``nothing`` means that there is nothing to hold."""

GRADED = frozenset({"graded"})
BROKEN = frozenset({"broken"})
EITHER = GRADED | BROKEN
"""It may already end while the file is loaded, depending on the layer that stops it."""

Points = int | Fraction


@dataclass(frozen=True)
class Attack:
    """One hostile submission: what it is, what it may earn, and which layer must hold it.

    ``exercises`` bounds single exercises (name, least, most). ``hangs`` counts the time limits that it uses
    up. ``dangerous`` ones may harm a machine that confines nothing. ``leaves`` marks the first of a pair,
    which is to be marked before the other. ``beside`` names further files that it hands in.
    """

    kind: str
    name: str
    contained_by: str
    why: str
    at_most: Points = 0
    at_least: Points = 0
    status: frozenset[str] = GRADED
    assignment: str = "mean_pooling"
    exercises: tuple[tuple[str, Points, Points], ...] = ()
    hangs: int = 0
    dangerous: bool = False
    leaves: bool = False
    encoding: str = "utf-8"
    compiles: bool = True
    beside: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Its file."""
        return FOLDER / self.kind / f"{self.name}.py"

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


def full(kind: str, name: str, contained_by: str, why: str, **others: object) -> Attack:
    """An attack beside a right answer: it comes to nothing, and the answer counts in full."""
    return Attack(kind, name, contained_by, why, at_most=100, at_least=100, **others)  # type: ignore[arg-type]


def upset(kind: str, name: str, contained_by: str, why: str, **others: object) -> Attack:
    """An attack beside a right answer that may spoil the answer too; nobody else's."""
    return Attack(kind, name, contained_by, why, at_most=100, status=EITHER, **others)  # type: ignore[arg-type]


SHAPE = 5
"""What mean pooling gives for an answer of the right shape."""

UNREADABLE_FILES = "no file but Python's own can be opened"
NO_OTHERS = "no other process can be seen, read or reached"
NOTHING_HERE = "nothing secret is in the worker's memory"
NOTHING_SHARED = "no two submissions share a place to leave anything"
RAW_ARRAYS = "an answer is raw numbers; whatever else it is stays behind as an object"
COMPARED_OUTSIDE = "comparisons and marks are made in another process"
BOUNDED_FRAMES = "a frame is bounded and checked before anything is built from it"
ONE_REPLY = "the reply with the number asked for, right in its form, and no other"
WALL_CLOCK = "the clock is kept outside, and ends the whole worker"
OWN_MEMORY = "memory is limited for each submission"
NO_PROCESSES = "no process can be started"
NO_SOCKETS = "no socket can be made"
MADE_PLAIN = "text of a student's is made plain wherever it is shown"
WORTH_A_SHAPE = "zeros are worth a shape and no more"

MODULES_BESIDE = ("numpy.py", "json.py", "autograder.py", "sitecustomize.py", "usercustomize.py", "conftest.py")

STEAL = (
    Attack("steal", "solution_by_path", "files", UNREADABLE_FILES),
    Attack("steal", "solution_by_walking_up", "files", UNREADABLE_FILES),
    Attack("steal", "checks_by_path", "files", UNREADABLE_FILES),
    Attack("steal", "solution_by_import", "files", UNREADABLE_FILES),
    Attack("steal", "engine_imports_it", "files", UNREADABLE_FILES),
    Attack("steal", "compiled_solution", "files", UNREADABLE_FILES),
    Attack("steal", "modules_in_memory", "protocol", NOTHING_HERE),
    Attack("steal", "garbage_collector", "protocol", NOTHING_HERE),
    Attack("steal", "frames_of_the_worker", "protocol", NOTHING_HERE),
    Attack("steal", "stand_in_table", "checks", "pooled_size is marked before its table is sent",
           assignment="max_pooling", exercises=(("pooled_size", 0, 0),)),
    Attack("steal", "submissions_of_others", "files", UNREADABLE_FILES),
    Attack("steal", "results_folder", "files", UNREADABLE_FILES),
    Attack("steal", "secret_file", "files", UNREADABLE_FILES),
    Attack("steal", "secret_file_by_libc", "files", UNREADABLE_FILES),
    Attack("steal", "secret_file_by_handle", "files", "handles cannot be opened"),
    Attack("steal", "secret_file_by_link", "files", "a link leads no further than a path does"),
    Attack("steal", "secret_file_by_shell", "processes", "no program can be started"),
    Attack("steal", "secret_in_a_traceback", "files", "source lines are quoted by the worker, which can read no file"),
    Attack("steal", "outside_the_root", "files", "roots cannot be changed", dangerous=True),
    Attack("steal", "mounts_a_view", "files", "no new namespaces and no mounts", dangerous=True),
    Attack("steal", "passwords", "files", UNREADABLE_FILES),
    Attack("steal", "home_folders", "files", UNREADABLE_FILES),
    Attack("steal", "environment", "processes", "the worker's environment is made anew"),
    Attack("steal", "environments_of_others", "processes", NO_OTHERS),
    Attack("steal", "memory_of_others", "processes", NO_OTHERS),
    Attack("steal", "memory_by_system_call", "processes", NO_OTHERS, dangerous=True),
    Attack("steal", "folders_of_others", "processes", NO_OTHERS),
    Attack("steal", "descriptors_of_others", "processes", NO_OTHERS),
    Attack("steal", "inherited_descriptors", "files", "no descriptor is left open but the channel's"),
    Attack("steal", "shared_memory", "files", UNREADABLE_FILES),
    Attack("steal", "kernel_files", "files", UNREADABLE_FILES),
    Attack("steal", "audit_hook", "protocol", NOTHING_HERE),
    # Without namespaces there is no folder to write to at all.
    upset("steal", "leaves_files", "files", NOTHING_SHARED, leaves=True),
    Attack("steal", "picks_up_files", "files", NOTHING_SHARED, status=EITHER),
    full("steal", "leaves_system_v", "processes", NOTHING_SHARED, leaves=True),
    Attack("steal", "picks_up_system_v", "processes", NOTHING_SHARED),
    full("steal", "leaves_a_key", "processes", NOTHING_SHARED, leaves=True),
    Attack("steal", "picks_up_a_key", "processes", NOTHING_SHARED),
    full("steal", "leaves_in_memory", "processes", "each submission has a process of its own", leaves=True),
    Attack("steal", "picks_up_from_memory", "processes", "each submission has a process of its own"),
)

FORGE = (
    Attack("forge", "results_in_the_output_folder", "files", "nothing outside its own folder can be written"),
    Attack("forge", "results_at_hand", "files", "results are what the trusted side counted, not what lies about"),
    Attack("forge", "results_at_exit", "processes", "a worker is killed, not asked to end"),
    Attack("forge", "verdicts_printed", "protocol", "prints are no answers"),
    Attack("forge", "exit_at_import", "protocol", "a file that leaves at import is broken", status=BROKEN),
    Attack("forge", "hard_exit_at_import", "protocol", "an end is no answer", status=BROKEN),
    Attack("forge", "hard_exit_in_forward", "protocol", "an end is no answer"),
    Attack("forge", "exit_in_backward", "protocol", "an exception is a fault, whichever it is"),
    Attack("forge", "keyboard_interrupt", "protocol", "an exception is a fault, whichever it is"),
    Attack("forge", "keyboard_interrupt_at_import", "protocol", "a fault at import", status=BROKEN),
    Attack("forge", "generator_exit", "protocol", "an exception is a fault, whichever it is"),
    Attack("forge", "exception_named_passed", "protocol", "a fault's fields are claims, and none of them is a verdict"),
    Attack("forge", "fault_of_the_grader", "protocol", "the worker's exceptions are not the trusted side's"),
    Attack("forge", "frames_ahead", "protocol", ONE_REPLY, status=EITHER),
    Attack("forge", "frames_from_a_thread", "protocol", ONE_REPLY, status=EITHER),
    Attack("forge", "late_reply", "protocol", ONE_REPLY, at_most=SHAPE),
    Attack("forge", "every_reply_twice", "protocol", ONE_REPLY, status=EITHER),
    Attack("forge", "channel_closed", "protocol", "an end is no answer"),
    Attack("forge", "channel_replaced", "protocol", "an end is no answer", status=EITHER, hangs=1),
    Attack("forge", "worker_answers_true", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("forge", "worker_tells_verdicts", "protocol", COMPARED_OUTSIDE),
    Attack("forge", "encoder_lies", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("forge", "main_patched", "protocol", COMPARED_OUTSIDE, status=EITHER, hangs=1),
    Attack("forge", "length_beyond_bounds", "protocol", BOUNDED_FRAMES),
    Attack("forge", "length_too_short", "protocol", BOUNDED_FRAMES, at_most=SHAPE),
    Attack("forge", "negative_sizes", "protocol", BOUNDED_FRAMES),
    Attack("forge", "forbidden_dtypes", "protocol", BOUNDED_FRAMES),
    Attack("forge", "half_a_frame", "limits", WALL_CLOCK, hangs=1),
    Attack("forge", "drop_by_drop", "limits", WALL_CLOCK, hangs=1),
    Attack("forge", "flood_of_frames", "protocol", ONE_REPLY, hangs=1),
    Attack("forge", "handles_of_its_own", "protocol", "a handle is used to ask its own worker only", status=EITHER),
    Attack("forge", "deep_nesting", "protocol", BOUNDED_FRAMES),
    Attack("forge", "numbers_without_end", "protocol", BOUNDED_FRAMES),
    Attack("forge", "one_array_many_times", "protocol", "an array of a frame is used once", status=EITHER),
    Attack("forge", "wrong_number", "protocol", ONE_REPLY, status=EITHER),
    Attack("forge", "number_of_another_type", "protocol", ONE_REPLY, status=EITHER),
    Attack("forge", "fault_with_every_base", "protocol", "a fault's fields are claims, and none of them is a verdict"),
    full("forge", "answers_by_daemon", "processes", NO_PROCESSES, dangerous=True),
    full("forge", "streams_replaced", "protocol", "answers go by no stream that the student's code can replace"),
)

PATCH = (
    Attack("patch", "absolute_is_zero", "protocol", COMPARED_OUTSIDE, at_most=SHAPE),
    Attack("patch", "everything_is_close", "protocol", COMPARED_OUTSIDE, at_most=SHAPE),
    Attack("patch", "testing_is_silent", "protocol", COMPARED_OUTSIDE, at_most=SHAPE),
    Attack("patch", "maximum_is_zero", "protocol", COMPARED_OUTSIDE, at_most=SHAPE),
    Attack("patch", "isinstance_agrees", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("patch", "type_lies", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("patch", "open_and_exec", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("patch", "json_writes_marks", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("patch", "heads_of_frames", "protocol", BOUNDED_FRAMES, status=EITHER),
    Attack("patch", "clocks", "checks", "CPU time is read from outside", assignment="max_pooling",
           at_most=94, at_least=90, exercises=(("fast", 10, 14), ("backward", 25, 25))),
    Attack("patch", "numpy_in_sys_modules", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("patch", "global_random_state", "checks", "the random state is asked for before and after",
           at_most=97, at_least=97),
    Attack("patch", "worker_claims_no_change", "nothing",
           "the worker's word is all there is on what happens inside it: 3 points of 100 rest on it", at_most=100),
    full("patch", "warnings_and_errors", "protocol", COMPARED_OUTSIDE),
    upset("patch", "recursion_limit", "protocol", "it harms its own answer only"),
    full("patch", "collector_off", "protocol", "it harms itself only"),
    Attack("patch", "import_hook", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("patch", "profiler", "protocol", COMPARED_OUTSIDE, at_most=SHAPE, status=EITHER),
    Attack("patch", "tracer", "protocol", COMPARED_OUTSIDE, at_most=SHAPE, status=EITHER),
    Attack("patch", "modules_beside_it", "files", "one file is read, and the folder is on no path",
           beside=MODULES_BESIDE),
    full("patch", "modules_beside_an_answer", "files", "one file is read, and the folder is on no path",
         beside=MODULES_BESIDE),
    Attack("patch", "traceback_module", "protocol", "a fault that cannot be described is a fault all the same",
           status=EITHER),
    Attack("patch", "bytes_of_arrays", "protocol", BOUNDED_FRAMES, status=EITHER, at_most=5),
    Attack("patch", "small_integers", "protocol", COMPARED_OUTSIDE, status=EITHER, hangs=1),
    Attack("patch", "methods_of_int", "protocol", COMPARED_OUTSIDE, status=EITHER, hangs=1),
    Attack("patch", "arithmetic_of_marks", "protocol", COMPARED_OUTSIDE, status=EITHER),
    Attack("patch", "class_of_the_exception", "protocol", "a fault that cannot be described is a fault all the same"),
)

ARRAYLIKE = (
    "equal_to_everything", "array_function", "array_ufunc", "array_interface", "array_method", "object_array",
    "shape_that_broadcasts", "empty", "zero_dimensional", "too_large", "just_small_enough", "endless_view", "pickle",
    "texts", "numbers_in_words", "booleans", "complex_numbers", "masked", "structured", "dates", "matrix",
    "memory_map", "numpy_scalar_subclass", "class_named_ndarray", "tuple_subclass", "lazy_list", "list_in_itself",
    "growing_mapping", "generator", "long_double", "endless_integer", "float_subclass", "many_arrays",
    "attributes_refused", "layer_that_is_none", "answers_to_every_name", "tuple_in_place_of_array",
)  # fmt: skip
LIE = (
    *(Attack("lie", name, "protocol", RAW_ARRAYS) for name in ARRAYLIKE),
    Attack("lie", "not_a_number", "checks", "comparisons are written so that NaN fails", at_most=SHAPE),
    Attack("lie", "infinity", "checks", "comparisons are written so that NaN fails", at_most=SHAPE),
    Attack("lie", "integer_subclass", "protocol", RAW_ARRAYS, assignment="max_pooling"),
    Attack("lie", "half_precision", "checks", "the tolerance leaves room for float64's rounding only", at_most=SHAPE),
    Attack("lie", "single_precision", "checks", "the tolerance leaves room for float64's rounding only", at_most=20),
    full("lie", "other_byte_order", "nothing", "the right numbers, however they lie in memory"),
    Attack("lie", "changes_after_the_answer", "protocol", "an answer is what was sent", at_most=SHAPE),
)

SLOW = (("pooled_size", 5, 5), ("forward", 15, 15), ("backward", 25, 25), ("fast", 0, 14))
"""A right answer whose fast functions are slow loops: all but the six points for speed."""

TRICK = (
    Attack("trick", "public_examples", "checks", "inputs come from the run's secret seed", at_most=SHAPE),
    Attack("trick", "previous_answer", "checks", "no answer follows from an earlier one", at_most=SHAPE),
    Attack("trick", "answers_by_shape", "checks", "sizes occur again with other numbers",
           at_most=95, at_least=95),
    Attack("trick", "state_of_the_class", "checks", "two layers take turns", at_most=95, at_least=50),
    Attack("trick", "finite_differences", "checks", "differences are no derivation", assignment="max_pooling",
           exercises=(("backward", 0, 0),)),
    Attack("trick", "finite_differences_of_the_given_forward", "checks", "differences are no derivation"),
    Attack("trick", "differences_of_the_stored_index", "checks", "differences are no derivation",
           assignment="max_pooling", exercises=(("backward", 0, 0),)),
    Attack("trick", "differences_of_every_parameter", "checks", "differences are no derivation",
           assignment="conv_im2col"),
    Attack("trick", "good_while_watched", "checks", "right answers are the only good behaviour", at_most=SHAPE),
    Attack("trick", "guesses", "checks", "inputs come from the run's secret seed", at_most=SHAPE),
    Attack("trick", "zeros_of_the_right_shape", "checks", WORTH_A_SHAPE, at_most=SHAPE),
    Attack("trick", "right_sum", "checks", WORTH_A_SHAPE, at_most=SHAPE),
    Attack("trick", "grid_of_directions", "checks", "every element is compared, not only a projection", at_most=SHAPE),
    Attack("trick", "remembers_indices", "checks", "what one exercise is told is of no use in another",
           assignment="max_pooling", at_most=25, exercises=(("backward", 20, 25), ("fast", 0, 0))),
    Attack("trick", "remembers_the_race", "checks", "speed is measured on an input that is new each time",
           assignment="max_pooling", at_most=94, exercises=SLOW),
    Attack("trick", "computes_before_the_race", "checks", "the clock runs while the input arrives",
           assignment="max_pooling", at_most=94, exercises=SLOW),
    Attack("trick", "work_in_a_child", "processes", NO_PROCESSES, assignment="max_pooling", at_most=94, exercises=SLOW),
    Attack("trick", "work_in_a_thread", "checks", "the CPU time of all threads counts", assignment="max_pooling",
           at_most=94, exercises=SLOW),
    Attack("trick", "stand_ins_removed", "checks", "a stand-in answers for what another exercise asks",
           assignment="max_pooling"),
    full("trick", "honest_by_another_way", "nothing", "unusual, and right", assignment="max_pooling"),
)

EXHAUST = (
    Attack("exhaust", "endless_loop", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "endless_import", "limits", WALL_CLOCK, status=BROKEN, hangs=1),
    Attack("exhaust", "sleeps_for_ever", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "waits_for_input", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "ignores_signals", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "long_call_into_c", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "huge_power", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "regular_expression", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "huge_sum", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "slow_in_every_call", "limits", "all checks of an exercise share one clock", hangs=1, at_most=40),
    Attack("exhaust", "growing_bytes", "limits", OWN_MEMORY, hangs=1, dangerous=True),
    Attack("exhaust", "huge_arrays", "limits", OWN_MEMORY, hangs=1, dangerous=True),
    Attack("exhaust", "mapped_memory", "limits", OWN_MEMORY, hangs=1, dangerous=True),
    Attack("exhaust", "memory_files", "limits", OWN_MEMORY, hangs=1, dangerous=True),
    Attack("exhaust", "shared_memory_files", "limits", OWN_MEMORY, hangs=1, dangerous=True),
    Attack("exhaust", "bomb_of_forks", "processes", NO_PROCESSES, hangs=1, dangerous=True),
    Attack("exhaust", "bomb_of_clones", "processes", NO_PROCESSES, hangs=1, dangerous=True),
    Attack("exhaust", "pool_of_processes", "processes", NO_PROCESSES, hangs=1, dangerous=True),
    Attack("exhaust", "shells", "processes", NO_PROCESSES, hangs=1, dangerous=True),
    Attack("exhaust", "bomb_of_threads", "limits", "threads are limited in number", hangs=1, dangerous=True),
    full("exhaust", "thread_that_stays", "processes", "a worker is killed, not asked to end"),
    Attack("exhaust", "flood_of_prints", "limits", "prints are read, cut short and never waited for", hangs=1),
    full("exhaust", "prints_much", "limits", "prints are read, cut short and never waited for"),
    Attack("exhaust", "flood_of_errors", "limits", "prints are read, cut short and never waited for", hangs=1),
    Attack("exhaust", "full_disk", "limits", "the working folder is small, and nothing else can be written",
           hangs=1, dangerous=True),
    Attack("exhaust", "full_of_files", "limits", "the working folder holds few files", hangs=1, dangerous=True),
    full("exhaust", "deep_folders", "limits", "the working folder goes as a whole", dangerous=True),
    upset("exhaust", "descriptors", "limits", "descriptors are limited in number"),
    Attack("exhaust", "deep_recursion", "protocol", "a RecursionError is a fault"),
    Attack("exhaust", "stack_overflow", "protocol", "a crash ends one worker", hangs=1),
    Attack("exhaust", "null_pointer", "protocol", "a crash ends one worker"),
    Attack("exhaust", "abort", "protocol", "a crash ends one worker, and leaves no core"),
    Attack("exhaust", "kills_everything", "processes", NO_OTHERS, dangerous=True),
    Attack("exhaust", "kills_its_group", "processes", NO_OTHERS, dangerous=True),
    full("exhaust", "stops_the_grader", "processes", NO_OTHERS, dangerous=True),
    Attack("exhaust", "stops_itself", "limits", WALL_CLOCK, hangs=1),
    full("exhaust", "daemon", "processes", NO_PROCESSES, dangerous=True),
    full("exhaust", "zombies", "processes", NO_PROCESSES, dangerous=True),
    Attack("exhaust", "huge_message", "protocol", "a text is cut short before it is sent"),
    Attack("exhaust", "endless_text", "limits", WALL_CLOCK, hangs=1),
    Attack("exhaust", "endless_chain", "protocol", "a text is cut short before it is sent", hangs=1),
    upset("exhaust", "never_deleted", "processes", "it waits in its own time, and is killed, not asked", hangs=1),
    full("exhaust", "priority", "processes", "priorities and processors are out of reach", dangerous=True),
    Attack("exhaust", "limits_raised", "limits", "hard limits cannot be lifted", hangs=1, dangerous=True),
    upset("exhaust", "storm_of_signals", "protocol", "it harms itself only", hangs=1),
    Attack("exhaust", "bomb_of_zeros", "limits", OWN_MEMORY, hangs=1, dangerous=True),
    upset("exhaust", "layers_that_stay", "limits", OWN_MEMORY, dangerous=True),
    full("exhaust", "locks_memory", "limits", "memory cannot be locked", dangerous=True),
    Attack("exhaust", "compiler", "protocol", "a crash ends one worker", hangs=1),
    upset("exhaust", "imports_everything", "nothing", "the standard library is there to be imported", hangs=1),
    Attack("exhaust", "huge_source", "limits", "a megabyte of source is read at most", status=BROKEN),
    full("exhaust", "long_source", "limits", "long, and within the limit"),
    Attack("exhaust", "nested_source", "protocol", "a file that does not compile is broken", status=BROKEN,
           compiles=False),
    Attack("exhaust", "many_operators", "protocol", "a file that does not compile is broken", status=BROKEN,
           compiles=False),
    Attack("exhaust", "null_bytes", "protocol", "a file that does not compile is broken", status=BROKEN,
           compiles=False),
    full("exhaust", "byte_order_mark", "nothing", "a byte order mark is no mistake", encoding="utf-8-sig"),
    Attack("exhaust", "utf_16", "protocol", "a file is UTF-8 or broken", status=BROKEN, encoding="utf-16"),
    Attack("exhaust", "latin_1", "protocol", "a file is UTF-8 or broken", status=BROKEN, encoding="latin-1"),
    full("exhaust", "declared_encoding", "nothing", "a file is UTF-8, whatever it declares"),
)

SAID = (
    "terminal_colours", "terminal_title", "escape_in_a_source_line", "html", "markdown", "end_of_the_code_block",
    "spreadsheet_formula", "right_to_left", "letters_without_width", "lone_surrogates", "line_ends",
    "null_in_a_message", "megabyte_of_message", "format_fields", "name_of_a_class", "name_of_a_field",
)  # fmt: skip
CALLS = (
    "tcp_to_this_machine", "tcp_by_system_calls", "udp", "ipv6_and_fast_open", "unix_socket", "abstract_socket",
    "netlink_and_packets", "web_request", "asynchronous",
)  # fmt: skip
CARRY = (
    *(full("carry", name, "network", NO_SOCKETS) for name in CALLS),
    upset("carry", "tcp_from_32_bit_code", "network", "system calls of another architecture end the worker"),
    full("carry", "web_browser", "processes", NO_PROCESSES, dangerous=True),
    full("carry", "io_uring", "network", "system calls are refused unless they are needed"),
    full("carry", "kernel_doors", "files", "system calls are refused unless they are needed", dangerous=True),
    Attack("carry", "server", "network", NO_SOCKETS, hangs=1),
    Attack("carry", "descriptor_passed_on", "network", NO_SOCKETS, status=EITHER),
    full("carry", "fifo_and_device", "files", UNREADABLE_FILES),
    full("carry", "terminal_keys", "processes", "the worker has no terminal"),
    full("carry", "overwrites_files", "files", "nothing outside its own folder can be written", dangerous=True),
    full("carry", "overwrites_by_descriptor", "processes", NO_OTHERS, dangerous=True),
    full("carry", "start_up_files", "files", "nothing outside its own folder can be written", dangerous=True),
    *(Attack("carry", name, "nothing", MADE_PLAIN) for name in SAID),
    Attack("carry", "formula_at_import", "nothing", MADE_PLAIN, status=BROKEN),
    full("carry", "prints_control_characters", "nothing", MADE_PLAIN),
)

ATTACKS: tuple[Attack, ...] = (*STEAL, *FORGE, *PATCH, *LIE, *TRICK, *EXHAUST, *CARRY)

# ------------------------------------------------------------------------------------ their texts

TELL = '''
import sys


def tell(*found):
    """Say what was found on every way out."""
    text = " | ".join(str(each)[:400] for each in found)
    print(text, flush=True)
    print(text, file=sys.stderr, flush=True)

    def backward(self, dout):
        raise RuntimeError(text)

    MeanPoolingLayer.backward = backward


def use(text):
    """Hand in a solution that was found."""
    namespace = {"__name__": "stolen"}
    exec(text, namespace)
    globals().update({name: value for name, value in namespace.items() if name == "MeanPoolingLayer"})
'''

CHANNEL = '''
import json
import os
import struct


def frame(header, payload=b""):
    """A frame as the worker sends it."""
    text = json.dumps(header).encode()
    return struct.pack(">4sIQ", b"CWK1", len(text), len(payload)) + text + payload


def everywhere(data):
    """Write to every descriptor that takes it."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, data)
        except OSError:
            continue
'''

SLOW_FAST = '''
def max_pool_forward_fast(x, window, stride):
    n, depth, height, width = x.shape
    rows, columns = window
    out_rows, out_columns = pooled_size(height, rows, stride), pooled_size(width, columns, stride)
    out = np.empty((n, depth, out_rows, out_columns))
    index = np.zeros(out.shape, dtype=int)
    for b, d, row, column in np.ndindex(*out.shape):
        part = x[b, d, row * stride : row * stride + rows, column * stride : column * stride + columns]
        index[b, d, row, column] = part.argmax()
        out[b, d, row, column] = part.max()
    return out, (x.shape, index, window, stride)


def max_pool_backward_fast(dout, cache):
    shape, index, (rows, columns), stride = cache
    din = np.zeros(shape)
    for b, d, row, column in np.ndindex(*dout.shape):
        down, right = divmod(int(index[b, d, row, column]), columns)
        din[b, d, row * stride + down, column * stride + right] += dout[b, d, row, column]
    return din
'''

LITERAL: dict[str, str] = {
    "ESC": "\x1b",
    "BEL": "\x07",
    "NUL": "\0",
    "TWO_MEGABYTES": "x" * 2_000_000,
    "NINE_HUNDRED_KILOBYTES": "x" * 900_000,
    "PARENTHESES": "(" * 50_000 + ")" * 50_000,
    "MINUSES": "1" + "-1" * 100_000,
}
"""Words that stand for text which nobody wants to see in a file."""

OF_THE_RUN = frozenset(
    "ABSTRACT CANARY CANARY_START FIFO HOME KIT MARK OUT PORT RUN_TMP SECRET_FILE SHM STUDENT SUBMISSIONS SYSV_KEY "
    "TMP UDP_PORT UNIX VICTIM_DIR VICTIM_FILE VICTIM_PID".split()
)
"""Words that the run gives a meaning to."""

BLOCKS = frozenset({"HONEST", "STUB", "TELL", "CHANNEL", "SLOW_FAST"})
WORD = re.compile(r"@([A-Z][A-Z0-9_]+)@")
BLOCK = re.compile(r"^# @([A-Z_]+)(?: ([a-z0-9_]+))?@$", re.MULTILINE)


def honest_text(name: str) -> str:
    """The reference solution as a student would hand it in, to be put anywhere in a file."""
    lines = (ROOT / "solutions" / f"{name}.py").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.strip() not in (BEGIN, END) and not line.startswith("from __future__")]
    return "\n".join(kept) + "\n"


def stub_text(name: str) -> str:
    """The untouched template, to be put anywhere in a file."""
    lines = (ROOT / "student_template" / f"{name}.py").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("from __future__")) + "\n"


def words_in(text: str) -> set[str]:
    """Every word and every block that stands in the text for something else."""
    return set(WORD.findall(text)) | {block for block, _ in BLOCK.findall(text)}


def rendered(attack: Attack, values: Mapping[str, object]) -> bytes:
    """The file that is handed in."""
    return filled(attack.path.read_text(encoding="utf-8"), values).encode(attack.encoding)


def filled(text: str, values: Mapping[str, object]) -> str:
    """The text with blocks and words replaced; ``values`` gives those of the run."""
    known = {**LITERAL, "HONEST_TEXT": _quoted(honest_text("mean_pooling")), **values}
    text = BLOCK.sub(lambda match: _block(*match.groups()) if match[1] in BLOCKS else match[0], text)
    return WORD.sub(lambda match: str(known.get(match[1], match[0])), text)


def _block(block: str, name: str | None) -> str:
    if block == "HONEST":
        return honest_text(name or "")
    if block == "STUB":
        return stub_text(name or "")
    if block == "TELL":
        return stub_text(name or "") + TELL
    return {"CHANNEL": CHANNEL, "SLOW_FAST": SLOW_FAST}[block]


def _quoted(text: str) -> str:
    """What stands between single quotes for the text."""
    return text.encode("unicode_escape").decode().replace("'", "\\'")


def beside_text(values: Mapping[str, object]) -> bytes:
    """What lies beside some of them, under the names of modules."""
    return filled((FOLDER / "beside.py").read_text(encoding="utf-8"), values).encode()
