"""What each misconception is about: the one table that sorts them."""

from __future__ import annotations

OTHER = "other"

THEMES = {
    "overlapping windows": """
        assigned-not-added fast-repeated-index-lost fast-gradient-repeated divided-by-covering-windows
        matrix-assigned-not-added col2im-assigned-not-added col2im-overlaps-averaged input-overlaps-assigned
    """,
    "stride and window told apart": """
        stride-as-window window-as-stride forward-stride-as-window fast-window-as-stride matrix-stride-as-window
        divided-by-stride-squared im2col-stride-ignored col2im-stride-ignored size-divided-by-stride
        weights-patches-one-cell-apart
    """,
    "rectangular windows": """
        forward-square-only index-multiplied-by-rows index-divided-by-rows fast-index-divided-by-rows
        divided-by-rows-squared rows-and-columns-exchanged im2col-square-only
    """,
    "rectangular images": "forward-rows-and-columns-exchanged",
    "windows other than 2 x 2": "forward-two-by-two index-divided-by-two divided-by-four",
    "cropped rows and columns": """
        tail-pooled shape-of-covered-area fast-shape-of-covered-area tail-joined-to-last-window uncovered-cells-filled
        size-rounded-up first-window-not-counted size-rounded-before-subtracting forward-kept-cropped-shape
    """,
    "ties": """
        last-maximum-at-a-tie fast-every-tie-gets-it-all fast-last-maximum-at-a-tie matrix-first-mark-only
        matrix-shared-among-marks every-tie-gets-it-all
    """,
    "negative numbers": "maximum-starts-at-zero fast-maximum-starts-at-zero largest-magnitude",
    "cells and positions in order": """
        index-column-by-column index-in-whole-input row-and-column-exchanged matrix-cells-column-by-column
        matrix-depth-before-position matrix-windows-column-by-column matrix-mask-inverted im2col-depth-before-cells
        im2col-cells-column-by-column im2col-positions-column-by-column im2col-batch-fastest col2im-depth-before-cells
        col2im-cells-column-by-column col2im-positions-column-by-column
    """,
    "channels kept apart": """
        maximum-over-depths one-index-for-all-depths position-of-first-depth depths-mixed forward-channels-scrambled
        bias-filters-mixed fast-channels-reshaped input-channels-scrambled weights-channels-scrambled
    """,
    "the whole batch, not averaged": """
        first-example-only averaged-over-batch input-averaged-over-batch weights-averaged-over-batch
        weights-first-example-only bias-averaged-over-batch bias-first-example-only
    """,
    "how a gradient is shared": """
        every-cell-gets-it shared-out-like-a-mean copied-not-shared one-cell-takes-all divided-by-number-of-windows
        weights-averaged-over-positions bias-averaged-over-positions
    """,
    "upstream gradient ignored": """
        arriving-gradient-ignored fast-arriving-gradient-ignored input-arriving-gradient-ignored
        weights-arriving-gradient-ignored bias-arriving-gradient-ignored matrix-arriving-gradient-ignored
    """,
    "upstream gradient taken for the output": """
        upstream-is-the-output fast-upstream-is-the-output input-upstream-is-the-output weights-upstream-is-the-output
        bias-upstream-is-the-output
    """,
    "upstream gradient transposed": """
        arriving-gradient-transposed input-arriving-gradient-transposed weights-arriving-gradient-transposed
    """,
    "padding": """
        input-padding-not-cut forward-kept-padded-shape im2col-padded-with-edge-values im2col-padded-on-one-side
        im2col-padding-forgotten col2im-padding-not-cut col2im-padding-cut-on-one-side forward-padding-not-passed-on
        bias-positions-counted-without-padding
    """,
    "padding 0": "input-empty-without-padding col2im-empty-without-padding",
    "bias": "forward-bias-forgotten",
    "filter not turned": "forward-filter-flipped input-filter-not-reversed-twice im2col-filter-flipped",
    "order of axes": "weights-gradient-transposed bias-gradient-flat fast-output-channels-last",
    "ReLU": """
        forward-relu-missing forward-bias-after-relu forward-kept-before-relu input-relu-mask-missing
        weights-relu-mask-missing bias-relu-mask-missing input-mask-inverted input-mask-from-gradient
        weights-mask-from-gradient
    """,
    "arguments overwritten": """
        argument-overwritten fast-input-overwritten matrix-mask-overwritten input-gradient-masked-in-place
        col2im-argument-overwritten forward-input-overwritten forward-input-cleared
    """,
    "calls one after another": """
        accumulated-over-calls fast-cache-used-up weights-accumulated-over-calls bias-accumulated-over-calls
        matrix-accumulated-over-calls input-accumulated-over-calls zeros-of-first-input
    """,
    "layers sharing state": """
        index-shared-by-layers shape-shared-by-layers fast-positions-outside-cache forward-columns-shared-by-layers
        weights-gradient-shared-by-layers shape-of-latest-forward input-mask-shared-by-layers
        bias-gradient-shared-by-layers
    """,
    "memory order": """
        forward-written-to-a-copy index-written-to-a-copy share-written-to-a-copy im2col-memory-order-assumed
        col2im-in-order-of-memory input-mask-written-to-a-copy
    """,
    "state beside the contract": "kept-input-needed im2col-generator-seeded",
    "impossible geometry": """
        impossible-size-accepted im2col-impossible-geometry-accepted forward-impossible-window-accepted
        matrix-impossible-geometry-accepted fast-impossible-geometry-accepted col2im-impossible-geometry-accepted
        forward-impossible-geometry-accepted
    """,
    "speed": "fast-looped-over-batch fast-looped-over-depth fast-looped-over-positions",
}
"""Theme to misconceptions, in the order of the table."""

_theme_of = {each: theme for theme, ids in THEMES.items() for each in ids.split()}


def theme_of(misconception: str) -> str:
    """What a misconception is about."""
    return _theme_of.get(misconception, OTHER)
