#!/bin/sh
# The whole recipe, from nothing to the shipped folders. About an hour on two idle CPU cores (README.md).
#   sh src/train/train_all.sh [where-to-write]       (default: sample-data)
# Intermediate files go to $ESPALIER_TRAIN_WORK (default: src/train/work, ignored by git).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
to=${1:-"$here/../../sample-data"}
work=${ESPALIER_TRAIN_WORK:-"$here/work"}
python=${PYTHON:-python3}
export ESPALIER_TRAIN_WORK="$work" PYTHONDONTWRITEBYTECODE=1
# One thread a process; and no giving memory back between steps, which costs half the speed.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=17179869184
mkdir -p "$work"

$python tokenizer.py "$work/tokenizer.json"
$python checker.py
$python make_problems.py "$to/problems"
$python check_split.py --problems "$to/problems"
$python train_policy.py
$python train_policy.py --resume "$work/policy/policy-003000.pt" --steps 3600 --decay 1000
$python train_policy.py --resume "$work/policy/policy-003600.pt" --steps 5200 --decay 1600
$python choose_policy.py                      # on dev: writes policy-small.pt and policy-strong.pt

$python train_prm.py samples "$work/policy-small.pt" "$work/samples-1.pt" --part 1 &
$python train_prm.py samples "$work/policy-small.pt" "$work/samples-2.pt" --part 2
wait
$python train_prm.py samples "$work/policy-small.pt" "$work/samples-3.pt" --part 3 --problems 2500
$python train_prm.py weak "$work/policy-small.pt" "$work/prm-weak.pt" --samples "$work/samples-1.pt" "$work/samples-2.pt" &
$python train_prm.py strong "$work/policy-strong.pt" "$work/prm.pt" --samples "$work/samples-2.pt" "$work/samples-3.pt"
wait

$python export_all.py "$to/models"
$python evaluate.py "$work/policy-small.pt" --prm "$work/prm.pt" -n 64 --search
