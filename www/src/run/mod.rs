//! The run that the page shows: opening it, its time, what is selected in it, and the doors to what may have to be fetched. No
//! component and nothing drawn.

pub(crate) mod address;
pub(crate) mod doors;
pub(crate) mod explorer;
pub(crate) mod gesture;
pub(crate) mod glide;
pub(crate) mod islands;
pub(crate) mod lazy;
pub(crate) mod open;
pub(crate) mod player;
pub(crate) mod time;
pub(crate) mod visits;
pub(crate) mod why;
