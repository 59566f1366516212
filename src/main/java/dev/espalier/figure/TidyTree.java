package dev.espalier.figure;

/// Places the boxes of a layered tree in linear time: the algorithm of Buchheim, Jünger and Leipert 2002 ("Improving
/// Walker's algorithm to run in linear time"), with boxes of unequal width. The centres of two boxes in a row are never
/// closer than the sum of their half widths, parents are centred over their children, and equal subtrees get equal
/// shapes.
///
/// Box 0 is the root; a box's children have consecutive numbers above its own. Uses loops instead of recursion, since
/// paths may be long.
final class TidyTree {
    private final int[] parent;
    private final int[] firstChild;
    private final int[] children;
    private final double[] halfWidth;

    /// The position relative to the siblings.
    private final double[] place;
    /// The shift that still applies to all descendants.
    private final double[] shiftBelow;
    private final double[] shift;
    private final double[] change;
    /// The next box on a subtree's outline if the box has no children; -1 for none.
    private final int[] thread;
    private final int[] ancestor;

    /// @return the x of every box's centre; the root is at 0
    static double[] place(int[] parent, int[] firstChild, int[] children, double[] halfWidth) {
        return new TidyTree(parent, firstChild, children, halfWidth).run();
    }

    private TidyTree(int[] parent, int[] firstChild, int[] children, double[] halfWidth) {
        this.parent = parent;
        this.firstChild = firstChild;
        this.children = children;
        this.halfWidth = halfWidth;
        int n = parent.length;
        place = new double[n];
        shiftBelow = new double[n];
        shift = new double[n];
        change = new double[n];
        thread = new int[n];
        ancestor = new int[n];
        for (int i = 0; i < n; i++) {
            thread[i] = -1;
            ancestor[i] = i;
        }
    }

    private double[] run() {
        int n = parent.length;
        for (int box = n - 1; box >= 0; box--) arrangeChildren(box);
        var x = new double[n];
        for (int box = 1; box < n; box++) {
            int above = parent[box];
            x[box] = place[box] + shiftBelow[above];
            shiftBelow[box] += shiftBelow[above];
        }
        double root = place[0];
        for (int box = 1; box < n; box++) x[box] -= root;
        return x;
    }

    private void arrangeChildren(int box) {
        int count = children[box];
        if (count == 0) return;
        int first = firstChild[box], last = first + count - 1;
        int defaultAncestor = first;
        for (int child = first; child <= last; child++) {
            double middle = place[child];
            if (child > first) {
                place[child] = place[child - 1] + gap(child - 1, child);
                if (children[child] > 0) shiftBelow[child] = place[child] - middle;
                defaultAncestor = pushRight(child, first, defaultAncestor);
            }
        }
        spreadShifts(first, last);
        place[box] = (place[first] - halfWidth[first] + place[last] + halfWidth[last]) / 2;
    }

    private double gap(int left, int right) {
        return halfWidth[left] + halfWidth[right];
    }

    /// Moves a subtree right until it clears the outline of the siblings to its left.
    private int pushRight(int box, int first, int defaultAncestor) {
        int innerRight = box, outerRight = box, innerLeft = box - 1, outerLeft = first;
        double innerRightSum = shiftBelow[innerRight], outerRightSum = innerRightSum;
        double innerLeftSum = shiftBelow[innerLeft], outerLeftSum = shiftBelow[outerLeft];
        int nextLeft = outlineRight(innerLeft), nextRight = outlineLeft(innerRight);
        while (nextLeft >= 0 && nextRight >= 0) {
            innerLeft = nextLeft;
            innerRight = nextRight;
            outerLeft = outlineLeft(outerLeft);
            outerRight = outlineRight(outerRight);
            ancestor[outerRight] = box;
            double overlap =
                    place[innerLeft] + innerLeftSum - place[innerRight] - innerRightSum + gap(innerLeft, innerRight);
            if (overlap > 0) {
                int mover = ancestor[innerLeft];
                move(mover > 0 && parent[mover] == parent[box] ? mover : defaultAncestor, box, overlap);
                innerRightSum += overlap;
                outerRightSum += overlap;
            }
            innerLeftSum += shiftBelow[innerLeft];
            innerRightSum += shiftBelow[innerRight];
            outerLeftSum += shiftBelow[outerLeft];
            outerRightSum += shiftBelow[outerRight];
            nextLeft = outlineRight(innerLeft);
            nextRight = outlineLeft(innerRight);
        }
        if (nextLeft >= 0 && outlineRight(outerRight) < 0) {
            thread[outerRight] = nextLeft;
            shiftBelow[outerRight] += innerLeftSum - outerRightSum;
        }
        if (nextRight >= 0 && outlineLeft(outerLeft) < 0) {
            thread[outerLeft] = nextRight;
            shiftBelow[outerLeft] += innerRightSum - outerLeftSum;
            return box;
        }
        return defaultAncestor;
    }

    private int outlineLeft(int box) {
        return children[box] > 0 ? firstChild[box] : thread[box];
    }

    private int outlineRight(int box) {
        return children[box] > 0 ? firstChild[box] + children[box] - 1 : thread[box];
    }

    private void move(int from, int box, double distance) {
        double each = distance / (box - from);
        change[box] -= each;
        shift[box] += distance;
        change[from] += each;
        place[box] += distance;
        shiftBelow[box] += distance;
    }

    /// Spreads the distance between two siblings that were pushed apart over the siblings in between.
    private void spreadShifts(int first, int last) {
        double distance = 0, slope = 0;
        for (int child = last; child >= first; child--) {
            place[child] += distance;
            shiftBelow[child] += distance;
            slope += change[child];
            distance += shift[child] + slope;
        }
    }
}
