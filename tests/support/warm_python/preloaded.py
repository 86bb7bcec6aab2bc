"""The last module that the process imports which is forked: what it has loaded is left alone from then on.

A garbage collection in a fork would write to the header of each object, and so copy all memory: a tenth of a
second for each service that is started.
"""

import gc

gc.collect()
gc.freeze()
