//! Where the bar of verbs stands: near its object, never over it, never outside the stage. Pure.

use super::geometry::Rect;

/// Between the bar and its object, and between the bar and the stage's edge.
const GAP: f64 = 8.0;

/// Where to put a bar of this size so that its object stays in sight, and of the other things as many as can be.
pub(crate) fn place(width: f64, height: f64, object: &Rect, others: &[Rect], stage: &Rect) -> (f64, f64) {
    let clamp = |low: f64, high: f64, value: f64| value.clamp(low.min(high), high.max(low));
    let at_x = |x: f64| clamp(stage.x + GAP, stage.right() - width - GAP, x);
    let at_y = |y: f64| clamp(stage.y + GAP, stage.bottom() - height - GAP, y);
    let (below, above) = (object.bottom() + GAP, object.y - height - GAP);
    let (right, left) = (object.right() + GAP, object.x - width - GAP);
    let middle = (at_x(object.x + (object.width - width) / 2.0), at_y(object.y + (object.height - height) / 2.0));
    let docked = stage.x + (stage.width - width) / 2.0;
    let (lower, upper) = ((docked, stage.bottom() - height - GAP), (docked, stage.y + GAP));
    let (starts, ends) = (at_x(object.x), at_x(object.right() - width));
    let near = [
        (middle.0, below),
        (middle.0, above),
        (right, middle.1),
        (left, middle.1),
        (starts, below),
        (ends, below),
        (starts, above),
        (ends, above),
        (right, at_y(object.y)),
        (left, at_y(object.y)),
        (right, at_y(object.bottom() - height)),
        (left, at_y(object.bottom() - height)),
    ];
    let bar = |&(x, y): &(f64, f64)| Rect::new(x, y, width, height);
    let fits = |at: &&(f64, f64)| !bar(at).overlaps(object) && bar(at).is_within(stage);
    let hidden = |at: &&(f64, f64)| others.iter().filter(|other| bar(at).overlaps(other)).count();
    // With no room anywhere, the edge that is further from the object hides least of it.
    let is_low = object.y + object.height / 2.0 > stage.y + stage.height / 2.0;
    near.iter().filter(fits).min_by_key(hidden).copied().unwrap_or(if is_low { upper } else { lower })
}

/// On a phone: along the lower edge of what can be seen, which may be below the stage, or at the upper edge if the object is there.
pub(crate) fn dock(width: f64, height: f64, object: &Rect, stage: &Rect, floor: f64) -> (f64, f64) {
    let x = stage.x + (stage.width - width) / 2.0;
    let lower = floor - height - GAP;
    let y = if Rect::new(x, lower, width, height).overlaps(object) { stage.y + GAP } else { lower };
    (x, y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_there_is_room_the_bar_hides_nothing_and_stays_inside() {
        for (width, height) in [(1000.0, 480.0), (720.0, 440.0), (640.0, 400.0)] {
            let stage = Rect::new(0.0, 0.0, width, height);
            for column in 0..=20 {
                for row in 0..=20 {
                    let at = (f64::from(column) / 20.0 * (width - 64.0), f64::from(row) / 20.0 * (height - 64.0));
                    let object = Rect::new(at.0, at.1, 64.0, 64.0);
                    let (w, h) = (300.0, 96.0);
                    let (x, y) = place(w, h, &object, &[], &stage);
                    let bar = Rect::new(x, y, w, h);
                    assert!(bar.is_within(&stage), "{bar:?} leaves {stage:?}");
                    assert!(!bar.overlaps(&object), "{bar:?} covers {object:?}");
                }
            }
        }
    }

    #[test]
    fn of_two_places_it_takes_the_one_that_hides_less() {
        let stage = Rect::new(0.0, 0.0, 1000.0, 480.0);
        let object = Rect::new(470.0, 200.0, 60.0, 60.0);
        let below = Rect::new(480.0, 280.0, 40.0, 40.0);
        let (_, y) = place(300.0, 90.0, &object, &[below], &stage);
        assert!(y < 200.0, "the place below hides something: {y}");
        let (_, y) = place(300.0, 90.0, &object, &[], &stage);
        assert!(y > 200.0, "below is where a reader looks first: {y}");
    }

    #[test]
    fn on_a_phone_it_lies_below_the_stage_as_far_as_that_can_be_seen() {
        let stage = Rect::new(0.0, 0.0, 320.0, 400.0);
        let (top, bottom) = (Rect::new(100.0, 20.0, 60.0, 60.0), Rect::new(100.0, 330.0, 60.0, 60.0));
        let (_, y) = dock(300.0, 100.0, &bottom, &stage, 540.0);
        assert!((400.0..540.0).contains(&y), "there is room under the stage: {y}");
        let (_, y) = dock(300.0, 100.0, &top, &stage, 400.0);
        assert!(y > 280.0, "nothing below can be seen: {y}");
        let (_, y) = dock(300.0, 100.0, &bottom, &stage, 400.0);
        assert!(y < 20.0, "the object is where the bar would lie: {y}");
    }
}
