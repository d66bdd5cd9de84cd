/* SPDX-License-Identifier: LGPL-2.0-or-later
   SPDX-FileCopyrightText: 2026 The Tapedeck authors
   SPDX-FileCopyrightText: 1999-2000 Mark Taylor
   SPDX-FileCopyrightText: 1999-2002 Takehiro Tominaga
   Changed from LAME 3.100 on 2026-11-23: replaces the function Huffmancode of libmp3lame/bitstream.c.

   This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
   License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
   It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
   MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING. */
/* The pairs of one region: each as one number, without asking of each value whether it is 0 or escapes. Bits are gathered in a
   register; where a header may come between them, LAME's way. */
#include <endian.h>
static int
Huffmancode(lame_internal_flags * const gfc, const unsigned int tableindex,
            int start, int end, gr_info const *gi)
{
    struct huffcodetab const *const h = &ht[tableindex];
    EncStateVar_t const *const esv = &gfc->sv_enc;
    Bit_stream_struc *const bs = &gfc->bs;
    int const escapes = tableindex > 15u;
    unsigned int const linbits = escapes ? h->xlen : 0;
    unsigned int const row = escapes ? 16 : h->xlen;
    int const before = bs->buf_byte_idx * 8 - bs->buf_bit_idx;
    unsigned char *to;
    uint64_t held;
    int     count, i, bits;

    if (tableindex == 0
        || esv->header[esv->w_ptr].write_timing - bs->totbit <= gi->part2_3_length)
        return Huffmancode_of_lame(gfc, tableindex, start, end, gi);

    /* The byte that has begun, or a new one behind one that is full. */
    count = (8 - bs->buf_bit_idx) & 7;
    to = bs->buf + bs->buf_byte_idx + (count == 0);
    held = count == 0 ? 0 : *to >> bs->buf_bit_idx;
    for (i = start; i < end; i += 2) {
        unsigned int const x1 = gi->l3_enc[i], x2 = gi->l3_enc[i + 1];
        unsigned int const y1 = Min(x1, 15u), y2 = Min(x2, 15u);
        unsigned int const any1 = x1 != 0, any2 = x2 != 0;
        unsigned int const code = y1 * row + y2;
        unsigned int const more1 = (x1 >= 15 ? linbits : 0) + any1, more2 = (x2 >= 15 ? linbits : 0) + any2;
        unsigned int const first = (x1 - y1) << any1 | (any1 & (gi->xr[i] < 0.0f));
        unsigned int const second = (x2 - y2) << any2 | (any2 & (gi->xr[i + 1] < 0.0f));
        int const length = h->hlen[code] + more1 + more2 - any1 - any2;
        uint64_t word;

        held = ((held << (h->hlen[code] - any1 - any2) | h->table[code]) << more1 | first) << more2 | second;
        count += length;
        word = htobe64(held << (64 - count));
        memcpy(to, &word, sizeof word);
        to += count >> 3;
        count &= 7;
    }
    bs->buf_byte_idx = to - bs->buf - (count == 0);
    bs->buf_bit_idx = (8 - count) & 7;
    bits = bs->buf_byte_idx * 8 - bs->buf_bit_idx - before;
    bs->totbit += bits;
    return bits;
}
