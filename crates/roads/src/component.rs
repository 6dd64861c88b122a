//! The largest strongly connected component: the places from which every other can be reached and
//! left again. Tarjan 1972, with a stack of its own instead of recursion.

/// Marks the nodes of the largest component; of equally large ones, that of the first node.
pub(crate) fn largest(first_out: &[u32], head: &[u32]) -> Vec<bool> {
    let component = components(first_out, head);
    let count = component.iter().max().map_or(0, |&most| most as usize + 1);
    let mut sizes = vec![0_u32; count];
    for &of in &component {
        sizes[of as usize] += 1;
    }
    let Some(&most) = sizes.iter().max() else { return Vec::new() };
    let chosen = component.iter().copied().find(|&of| sizes[of as usize] == most);
    component.iter().map(|&of| Some(of) == chosen).collect()
}

const UNSEEN: u32 = u32::MAX;

/// The component of each node, numbered from 0.
fn components(first_out: &[u32], head: &[u32]) -> Vec<u32> {
    let n = first_out.len().saturating_sub(1);
    let mut number = vec![UNSEEN; n];
    let mut low = vec![0_u32; n];
    let mut component = vec![UNSEEN; n];
    let mut next_arc: Vec<u32> = first_out[..n].to_vec();
    let (mut open, mut path) = (Vec::new(), Vec::new());
    let (mut numbers, mut components) = (0, 0);
    for root in 0..n as u32 {
        if number[root as usize] != UNSEEN {
            continue;
        }
        path.push(root);
        while let Some(&node) = path.last() {
            let v = node as usize;
            if number[v] == UNSEEN {
                (number[v], low[v]) = (numbers, numbers);
                numbers += 1;
                open.push(node);
            }
            if next_arc[v] < first_out[v + 1] {
                let w = head[next_arc[v] as usize] as usize;
                next_arc[v] += 1;
                if number[w] == UNSEEN {
                    path.push(w as u32);
                } else if component[w] == UNSEEN {
                    low[v] = low[v].min(number[w]);
                }
                continue;
            }
            path.pop();
            if let Some(&parent) = path.last() {
                low[parent as usize] = low[parent as usize].min(low[v]);
            }
            if low[v] == number[v] {
                while let Some(member) = open.pop() {
                    component[member as usize] = components;
                    if member == node {
                        break;
                    }
                }
                components += 1;
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn adjacency(n: usize, arcs: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
        let mut sorted = arcs.to_vec();
        sorted.sort_unstable();
        let mut first_out = vec![0_u32; n + 1];
        for &(tail, _) in &sorted {
            first_out[tail as usize + 1] += 1;
        }
        for at in 0..n {
            first_out[at + 1] += first_out[at];
        }
        (first_out, sorted.iter().map(|&(_, head)| head).collect())
    }

    #[test]
    fn a_dead_end_street_one_way_is_not_part_of_the_town() {
        // 0, 1, 2 in a ring; 3 can only be entered, 4 only be left.
        let (first_out, head) = adjacency(5, &[(0, 1), (1, 2), (2, 0), (1, 3), (4, 0)]);
        assert_eq!(largest(&first_out, &head), [true, true, true, false, false]);
        assert_eq!(largest(&[0], &[]), Vec::<bool>::new(), "no nodes");
    }

    proptest! {
        #[test]
        fn equals_reachability_both_ways(arcs in proptest::collection::vec((0_u32..12, 0_u32..12), 0..30)) {
            let (first_out, head) = adjacency(12, &arcs);
            let mut reach = [[false; 12]; 12];
            for (at, row) in reach.iter_mut().enumerate() {
                row[at] = true;
            }
            for &(tail, head) in &arcs {
                reach[tail as usize][head as usize] = true;
            }
            for k in 0..12 {
                for i in 0..12 {
                    for j in 0..12 {
                        reach[i][j] |= reach[i][k] && reach[k][j];
                    }
                }
            }
            let component = components(&first_out, &head);
            for i in 0..12 {
                for j in 0..12 {
                    prop_assert_eq!(component[i] == component[j], reach[i][j] && reach[j][i]);
                }
            }
        }
    }
}
