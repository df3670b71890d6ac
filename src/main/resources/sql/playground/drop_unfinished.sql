-- Left by a start that was killed half way.
drop database if exists sequin_playground_unfinished with (force)
