# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] lang="en"
# # Mean pooling: backward
#
# Mean pooling replaces each window of a feature map by its average. The forward pass is given; you write the backward pass. The
# handout holds the mathematics.

# %% [markdown] lang="zh"
# # 平均池化：反向传播
#
# 平均池化把特征图的每个窗口换成它的平均值。前向传播已经给出，你来写反向传播。数学推导见讲义。

# %% given="start"

# %% solution="MeanPoolingLayer"

# %% checks="backward"
