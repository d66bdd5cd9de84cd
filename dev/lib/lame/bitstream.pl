# SPDX-License-Identifier: LGPL-2.0-or-later
# SPDX-FileCopyrightText: 2026 The Tapedeck authors
# SPDX-FileCopyrightText: 1999-2000 Mark Taylor
# SPDX-FileCopyrightText: 1999-2002 Takehiro Tominaga
# Changed from LAME 3.100 on 2026-11-23: a script that changes libmp3lame/bitstream.c.
#
# This library is free software; you can redistribute it and/or modify it under the terms of the GNU Library General Public
# License as published by the Free Software Foundation; either version 2 of the License, or (at your option) any later version.
# It is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of
# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details, in COPYING.

# The checksum of the music is for LAME's tag, which is written elsewhere here.
s/(        )(UpdateMusicCRC\()/$1if (gfc->cfg.write_lame_tag)\n$1    $2/ or die "LAME's bitstream.c is another one";
