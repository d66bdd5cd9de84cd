/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2000 Mark Taylor
   SPDX-FileCopyrightText: 2000-2012 Robert Hegemann
   Changed from LAME 3.100 on 2026-11-23: replaces the function calc_sfb_noise_x34 of libmp3lame/vbrquantize.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The noise of one band at one scale factor: a plain loop, for the compiler to make vectors of. */
static FLOAT
calc_sfb_noise_x34(const FLOAT * xr, const FLOAT * xr34, unsigned int bw, uint8_t sf)
{
    FLOAT const step = pow20[sf + Q_MAX2];
    FLOAT const step34 = ipow20[sf];
    FLOAT   noise = 0;
    unsigned int i;

    for (i = 0; i < bw; i++) {
        FLOAT const x = step34 * xr34[i];
        int const near = (int) (x + 0.5f);
        int const level = (int) (x + adj43asm[near] + 0.5f);
        FLOAT const error = fabsf(xr[i]) - step * pow43[level];
        noise += error * error;
    }
    return noise;
}
