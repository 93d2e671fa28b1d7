#!/usr/bin/env bash
# The pictures of the README that other programs draw: a workbook in LibreOffice, a page in Chromium. Needs ipcli, libreoffice,
# pdftoppm, chromium and a Chinese font (Debian: libreoffice-calc poppler-utils chromium fonts-noto-cjk).
set -euo pipefail
pictures=$(cd "$(dirname "$0")/pictures" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
ipcli investments -o 投资.xlsx
libreoffice --headless --convert-to pdf 投资.xlsx > /dev/null
pdftoppm -r 90 -x 30 -y 40 -W 990 -H 240 -f 1 -l 1 -singlefile -png 投资.pdf workbook
ipcli targets --due 2027 --district 市南 --district 青岛市 -o 目标.html
chromium --headless --no-sandbox --hide-scrollbars --window-size=1280,620 --screenshot=page.png "file://$PWD/目标.html" > /dev/null 2>&1
cp workbook.png page.png "$pictures/"
