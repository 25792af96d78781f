// Whole clusters: one at a time, so that what one does to the machine is not another's failure.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
