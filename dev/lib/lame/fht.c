/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1988, 1993 Ron Mayer
   SPDX-FileCopyrightText: 1999-2000 Takehiro Tominaga
   Changed from LAME 3.100 on 2026-11-23: replaces the function fht of libmp3lame/fft.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The Hartley transform four columns at a time. Each stage sees rows of k1 values, four rows a block; column i turns with column
   k1 - i. So groups of columns from 1 on meet groups from the end, down to the one in the middle, which meets itself. */
typedef FLOAT four_t __attribute__((vector_size(16)));
typedef int fours_t __attribute__((vector_size(16)));
typedef struct {
    four_t  c1, s1, c2, s2;
} turns_t;
static turns_t turns_of_16[2], turns_of_64[8], turns_of_256[32];

static void
fill_turns(turns_t * turns, int k1)
{
    int     i;
    for (i = 0; i < k1 / 2; i++) {
        double const angle = PI * (i + 1) / (2 * k1);
        turns[i / 4].c1[i % 4] = cos(angle);
        turns[i / 4].s1[i % 4] = sin(angle);
        turns[i / 4].c2[i % 4] = cos(2 * angle);
        turns[i / 4].s2[i % 4] = sin(2 * angle);
    }
}

__attribute__((constructor)) static void
fill_all_turns(void)
{
    fill_turns(turns_of_16, 16);
    fill_turns(turns_of_64, 64);
    fill_turns(turns_of_256, 256);
}

inline static four_t
load(FLOAT const *from)
{
    four_t  v;
    memcpy(&v, from, sizeof v);
    return v;
}

inline static void
store(FLOAT * to, four_t v)
{
    memcpy(to, &v, sizeof v);
}

inline static four_t
turned(four_t v)
{
    return __builtin_shuffle(v, (fours_t) { 3, 2, 1, 0 });
}

/* The first stage: a block is four vectors. Columns 1 and 3 meet, 0 and 2 meet themselves. */
inline static void
first_stage(FLOAT * fz)
{
    FLOAT const c = costab[0], s = costab[1], h = SQRT2 * 0.5f;
    four_t const own = { 1, h, 0, -h }, others = { 0, h, 1, h };
    four_t const own2 = { 1, c, h, s }, others3 = { 0, s, h, c };
    four_t const others2 = { 0, c, h, s }, own3 = { 1, -s, -h, -c };
    fours_t const meet = { 0, 3, 2, 1 };
    four_t const r0 = load(fz), r1 = load(fz + 4), r2 = load(fz + 8), r3 = load(fz + 12);
    four_t const a1 = own * r1 + others * __builtin_shuffle(r1, meet);
    four_t const a3 = own * r3 + others * __builtin_shuffle(r3, meet);
    four_t const f0 = r0 + a1, f1 = r0 - a1, f2 = r2 + a3, f3 = r2 - a3;
    four_t const p = own2 * f2 + others3 * __builtin_shuffle(f3, meet);
    four_t const q = others2 * __builtin_shuffle(f2, meet) + own3 * f3;

    store(fz, f0 + p);
    store(fz + 4, f1 + q);
    store(fz + 8, f0 - p);
    store(fz + 12, f1 - q);
}

inline static void
first_column(FLOAT * fi, int k1)
{
    FLOAT const f1 = fi[0] - fi[k1], f0 = fi[0] + fi[k1];
    FLOAT const f3 = fi[2 * k1] - fi[3 * k1], f2 = fi[2 * k1] + fi[3 * k1];

    fi[0] = f0 + f2;
    fi[k1] = f1 + f3;
    fi[2 * k1] = f0 - f2;
    fi[3 * k1] = f1 - f3;
}

inline static void
turn(four_t c, four_t s, four_t f, four_t g, four_t * a, four_t * b)
{
    *a = c * f + s * g;
    *b = s * f - c * g;
}

inline static void
columns(FLOAT * fi, FLOAT * gi, int k1, turns_t const *by)
{
    four_t const fi1 = load(fi + k1), gi1 = turned(load(gi + k1));
    four_t const fi3 = load(fi + 3 * k1), gi3 = turned(load(gi + 3 * k1));
    four_t const fi0 = load(fi), gi0 = turned(load(gi));
    four_t const fi2 = load(fi + 2 * k1), gi2 = turned(load(gi + 2 * k1));
    four_t  a, b, f0, f1, f2, f3, g0, g1, g2, g3;

    turn(by->c2, by->s2, fi1, gi1, &a, &b);
    f1 = fi0 - a;
    f0 = fi0 + a;
    g1 = gi0 - b;
    g0 = gi0 + b;
    turn(by->c2, by->s2, fi3, gi3, &a, &b);
    f3 = fi2 - a;
    f2 = fi2 + a;
    g3 = gi2 - b;
    g2 = gi2 + b;
    turn(by->c1, by->s1, f2, g3, &a, &b);
    store(fi + 2 * k1, f0 - a);
    store(fi, f0 + a);
    store(gi + 3 * k1, turned(g1 - b));
    store(gi + k1, turned(g1 + b));
    turn(by->s1, by->c1, g2, f3, &a, &b);
    store(gi + 2 * k1, turned(g0 - a));
    store(gi, turned(g0 + a));
    store(fi + 3 * k1, f1 - b);
    store(fi + k1, f1 + b);
}

inline static void
stage(FLOAT * fz, FLOAT const *end, int k1, turns_t const *turns)
{
    int     i;

    for (; fz < end; fz += 4 * k1) {
        first_column(fz, k1);
        for (i = 0; i < k1 / 8; i++)
            columns(fz + 1 + 4 * i, fz + k1 - 4 - 4 * i, k1, turns + i);
    }
}

static void
fht(FLOAT * fz, int n)
{
    FLOAT const *const end = fz + 2 * n;
    FLOAT  *block;

    for (block = fz; block < end; block += 16)
        first_stage(block);
    stage(fz, end, 16, turns_of_16);
    stage(fz, end, 64, turns_of_64);
    if (2 * n == BLKSIZE)
        stage(fz, end, 256, turns_of_256);
}
