/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2000 Mark Taylor
   SPDX-FileCopyrightText: 2000-2012 Robert Hegemann
   Changed from LAME 3.100 on 2026-11-23: replaces the function vec_max_c of libmp3lame/vbrquantize.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The largest of some values that are not negative: a plain loop, for the compiler to make vectors of. */
inline static float
vec_max_c(const float * xr34, unsigned int bw)
{
    float   largest = 0;
    unsigned int i;

    for (i = 0; i < bw; i++)
        largest = xr34[i] > largest ? xr34[i] : largest;
    return largest;
}
