"""Begins an exception's name and text as a spreadsheet's formula."""

# @STUB mean_pooling@

FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(1)", "\t=1", "\r=1", '"\n=1', "＝1+1"]


def backward(self, dout):
    FORMULAS.append(FORMULAS.pop(0))
    raise type("=HYPERLINK(1)", (Exception,), {})(FORMULAS[-1])


MeanPoolingLayer.backward = backward
