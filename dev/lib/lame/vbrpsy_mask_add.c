/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2000 Mark Taylor
   SPDX-FileCopyrightText: 2001-2002 Naoki Shibata
   SPDX-FileCopyrightText: 2000-2003 Takehiro Tominaga
   SPDX-FileCopyrightText: 2000-2012 Robert Hegemann
   SPDX-FileCopyrightText: 2000-2005 Gabriel Bouvigne
   SPDX-FileCopyrightText: 2000-2005 Alexander Leidinger
   Changed from LAME 3.100 on 2026-11-23: replaces the function vbrpsy_mask_add of libmp3lame/psymodel.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The sum of two maskers: the usual case, that of distant ones, without a division. */
inline static FLOAT
vbrpsy_mask_add(FLOAT m1, FLOAT m2, int b, int delta)
{
    FLOAT const less = m1 < m2 ? m1 : m2;
    FLOAT const more = m1 < m2 ? m2 : m1;

    if (less > 0 && (b > delta || b < -delta)) {
        return more + less * (FLOAT) (more < ma_max_i2 * less);
    }
    return vbrpsy_mask_add_of_lame(m1, m2, b, delta);
}
