//! How much of a block's surface lies against walls and other blocks.

use super::cuboid::Cuboid;

/// A face within this share of the block's side along the axis counts as touching: the strip
/// between is lost either way. Araya, Guerrero, Nuñez 2017 take 0.04 too.
const NEAR: (i32, i32) = (1, 25);

/// Share of the surface of `block` that touches the room's walls or what was `placed`, `0.0..=1.0`.
pub(super) fn contact(block: &Cuboid, room: &Cuboid, placed: &[Cuboid]) -> f64 {
    let size = block.size();
    let near = size.map(|side| side * NEAR.0 / NEAR.1);
    let face = [
        i64::from(size[1]) * i64::from(size[2]),
        i64::from(size[0]) * i64::from(size[2]),
        i64::from(size[0]) * i64::from(size[1]),
    ];
    let mut low = [0; 3];
    let mut high = [0; 3];
    for axis in 0..3 {
        if block.low[axis] - room.low[axis] <= near[axis] {
            low[axis] = face[axis];
        }
        if room.high[axis] - block.high[axis] <= near[axis] {
            high[axis] = face[axis];
        }
    }
    for other in placed {
        for axis in 0..3 {
            let below = block.low[axis] - other.high[axis];
            let above = other.low[axis] - block.high[axis];
            let side = if (0..=near[axis]).contains(&below) {
                &mut low[axis]
            } else if (0..=near[axis]).contains(&above) {
                &mut high[axis]
            } else {
                continue;
            };
            *side += block.common(other, (axis + 1) % 3) * block.common(other, (axis + 2) % 3);
        }
    }
    let touching: i64 =
        (0..3).map(|axis| low[axis].min(face[axis]) + high[axis].min(face[axis])).sum();
    touching as f64 / (2 * face.iter().sum::<i64>()) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_the_surface_that_touch() {
        let room = Cuboid::at([0; 3], [100; 3]);
        let beside = Cuboid::at([50, 0, 0], [50, 25, 50]);
        for (low, placed, sixths, why) in [
            ([0, 0, 0], vec![], 3.0, "three walls in a corner"),
            ([2, 0, 0], vec![], 3.0, "2 of 50 is near enough"),
            ([3, 0, 0], vec![], 2.0, "3 of 50 is not"),
            ([0, 0, 0], vec![beside], 3.5, "half a face of a neighbour"),
            ([0, 0, 0], vec![beside, beside], 4.0, "each neighbour counts"),
            ([0, 0, 0], vec![beside; 3], 4.0, "a face touches once"),
            ([50, 0, 0], vec![Cuboid::at([0; 3], [50; 3]); 3], 4.0, "nor on the low side"),
            ([25, 25, 25], vec![], 0.0, "in the air"),
        ] {
            let share = contact(&Cuboid::at(low, [50; 3]), &room, &placed);
            assert!((share - sixths / 6.0).abs() < 1e-12, "{why}: {share}");
        }
    }
}
