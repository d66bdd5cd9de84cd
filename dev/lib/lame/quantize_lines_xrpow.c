/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2005 Takehiro Tominaga
   SPDX-FileCopyrightText: 2002-2005 Gabriel Bouvigne
   Changed from LAME 3.100 on 2026-11-23: replaces the function quantize_lines_xrpow of libmp3lame/takehiro.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The nearest level of each value: a plain loop, for the compiler to make vectors of. */
static void
quantize_lines_xrpow(unsigned int l, FLOAT istep, const FLOAT * xp, int *pi)
{
    unsigned int i;

    for (i = 0; i < l; i++) {
        FLOAT const x = istep * xp[i];
        int const near = (int) (x + 0.5f);
        pi[i] = (int) (x + adj43asm[near] + 0.5f);
    }
}
