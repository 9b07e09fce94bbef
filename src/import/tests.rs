//! Outcomes go out in every format and come back.
