#!/usr/bin/env bash
# The pictures of the pages that other programs draw: a workbook in LibreOffice, a page in Chromium. Needs ipcli, libreoffice,
# pdftoppm, chromium and a Chinese font (Debian: libreoffice-calc poppler-utils chromium fonts-noto-cjk).
# Each command stands as it does in the caption of its picture; the tests hold them together.
set -euo pipefail
pictures=$(cd "$(dirname "$0")/pictures" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

workbook() { # FILE.xlsx HEIGHT PICTURE
  libreoffice --headless --convert-to pdf "$1" > /dev/null
  pdftoppm -r 120 -x 40 -y 53 -W 1320 -H "$2" -f 1 -l 1 -singlefile -png "${1%.xlsx}.pdf" "$pictures/${3%.png}"
}

page() { # FILE.html PICTURE
  chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,620 --screenshot="$pictures/$2" "file://$PWD/$1" > /dev/null 2>&1
}

export IPCLI_LANG=en
ipcli investments -o investments.xlsx
workbook investments.xlsx 216 workbook.png

export IPCLI_LANG=zh
ipcli investments -o 投资.xlsx
workbook 投资.xlsx 320 workbook.zh-CN.png

export IPCLI_LANG=en
ipcli targets --due 2027 -o targets.html
page targets.html page.png
