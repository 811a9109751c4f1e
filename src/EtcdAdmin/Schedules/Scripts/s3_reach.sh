# s3_reach: whether the store answers to the keys; else sets why, as s3_ask does. That nothing has the name asked for is an
# answer, too.
# uses: s3_ask s3_answer
s3_reach() {
    s3_ask '' GET etcdadmin-check '' || [ "$(s3_answer Code)" = NoSuchKey ]
}
