//! What a dictionary may not contain.
