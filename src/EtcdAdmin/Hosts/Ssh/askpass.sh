#!/bin/sh
# The program of SSH_ASKPASS: answers the password prompt of one ssh process, and refuses every other question.
# $1 the question of ssh
# ETCDADMIN_SSH_ASKED: the user and host that the password is for; empty where there is none
# ETCDADMIN_SSH_PASSWORD: the password

[ -n "$ETCDADMIN_SSH_ASKED" ] || exit 1
case $1 in
    "$ETCDADMIN_SSH_ASKED's password: " | "($ETCDADMIN_SSH_ASKED) "*[Pp]assword*) printf '%s\n' "$ETCDADMIN_SSH_PASSWORD" ;;
    *) exit 1 ;;
esac
