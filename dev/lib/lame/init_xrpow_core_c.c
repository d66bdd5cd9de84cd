/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2000 Mark Taylor
   SPDX-FileCopyrightText: 1999-2003 Takehiro Tominaga
   SPDX-FileCopyrightText: 2000-2011 Robert Hegemann
   SPDX-FileCopyrightText: 2001-2005 Gabriel Bouvigne
   Changed from LAME 3.100 on 2026-11-23: replaces the function init_xrpow_core_c of libmp3lame/quantize.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The spectrum to the power of three quarters: its sum in a register, so that the compiler can make vectors of it. */
static void
init_xrpow_core_c(gr_info * const cod_info, FLOAT xrpow[576], int upper, FLOAT * sum)
{
    FLOAT   total = 0, largest = cod_info->xrpow_max;
    int     i;

    for (i = 0; i <= upper; i++) {
        FLOAT const size = fabsf(cod_info->xr[i]);
        FLOAT const power = sqrtf(size * sqrtf(size));
        total += size;
        largest = power > largest ? power : largest;
        xrpow[i] = power;
    }
    *sum = total;
    cod_info->xrpow_max = largest;
}
