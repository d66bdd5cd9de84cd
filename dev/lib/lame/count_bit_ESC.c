/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2005 Takehiro Tominaga
   SPDX-FileCopyrightText: 2002-2005 Gabriel Bouvigne
   Changed from LAME 3.100 on 2026-11-23: replaces the function count_bit_ESC of libmp3lame/takehiro.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The bits of a region with escapes, by either kind of tables: without asking of each value whether it escapes. */
static int
count_bit_ESC(const int *ix, const int *const end, int t1, const int t2, unsigned int *const s)
{
    unsigned int escapes = 0, sum = 0, sum2;

    for (; ix < end; ix += 2) {
        unsigned int const x = ix[0], y = ix[1];
        escapes += (x >= 15u) + (y >= 15u);
        sum += largetbl[Min(x, 15u) << 4 | Min(y, 15u)];
    }
    sum += escapes * (ht[t1].xlen * 65536u + ht[t2].xlen);
    sum2 = sum & 0xffffu;
    sum >>= 16;
    *s += Min(sum, sum2);
    return sum > sum2 ? t2 : t1;
}
