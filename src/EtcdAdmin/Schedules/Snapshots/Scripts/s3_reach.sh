# s3_reach: whether the store answers requests with the keys; if not, sets why, as s3_ask does. The answer that no such object
# exists counts as an answer.
# uses: s3_ask s3_answer
s3_reach() {
    s3_ask '' GET etcdadmin-check '' || [ "$(s3_answer Code)" = NoSuchKey ]
}
