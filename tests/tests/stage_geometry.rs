//! The pure parts of the page's stage, tested natively: where things stand, what crosses what, which islands cuts leave.

#![allow(dead_code, reason = "the page uses what these tests do not")]

#[path = "../../www/src/stage/geometry.rs"]
mod geometry;
#[path = "../../www/src/stage/islands.rs"]
mod islands;
#[path = "../../www/src/stage/layout.rs"]
mod layout;
#[path = "../../www/src/stage/motion.rs"]
mod motion;
#[path = "../../www/src/stage/placing.rs"]
mod placing;
#[path = "../../www/src/stage/shapes.rs"]
mod shapes;
