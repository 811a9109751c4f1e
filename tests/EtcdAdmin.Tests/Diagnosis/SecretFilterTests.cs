using EtcdAdmin.Diagnosis.Bundles;

namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>What a support bundle must never contain.</summary>
public sealed class SecretFilterTests
{
    [Theory]
    [InlineData("password: hunter2secret")]
    [InlineData("  root-password: \"hunter2secret with words\"")]
    [InlineData("ETCD_ROOT_PASSWORD=hunter2secret")]
    [InlineData("export BACKUP_TOKEN='hunter2secret x'")]
    [InlineData("Environment=\"DB_PASSWORD=two hunter2secret words\" OTHER=1")]
    [InlineData("Environment=DB_PASSWORD=hunter2secret OTHER=1")]
    [InlineData("{\"level\":\"warn\",\"msg\":\"login\",\"password\":\"a\\\"hunter2secret\"}")]
    [InlineData("{\"msg\":\"got {\\\"password\\\":\\\"hunter2secret\\\"}\"}")]
    [InlineData("etcdctl --user root:hunter2secret get /")]
    [InlineData("etcdctl --user=root:hunter2secret get /")]
    [InlineData("etcdctl --password hunter2secret get /")]
    [InlineData("endpoint https://root:hunter2secret@10.0.0.1:2379 refused")]
    [InlineData("endpoint https://root:x/hunter2secret@y@10.0.0.1:2379 refused")]
    [InlineData("proxy http://hunter2secret@proxy:3128")]
    [InlineData("Authorization: Bearer hunter2secret.abcdef")]
    [InlineData("header Basic hunter2secret== sent")]
    [InlineData("the password is hunter2secret now")]
    [InlineData("PUT https://s3.example.org/b/k?X-Amz-Signature=hunter2secret&X-Amz-Date=1")]
    [InlineData("aws_secret_access_key = hunter2secret")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----\\nhunter2secret\\n-----END EC PRIVATE KEY-----")]
    [InlineData("n1 etcd[1]: -----BEGIN PRIVATE KEY-----\nn1 etcd[1]: hunter2secret\nn1 etcd[1]: -----END PRIVATE KEY-----")]
    [InlineData("n1 etcd[1]: hunter2secret\nn1 etcd[1]: -----END PRIVATE KEY-----\nmore")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nhunter2secret")]
    [InlineData("token hunter2secret expired")]
    public void Remove_Secret_IsGone(string text)
    {
        (string clean, int removed) = new SecretFilter([]).Remove(text);

        Assert.DoesNotContain("hunter2secret", clean, StringComparison.Ordinal);
        Assert.Contains(SecretFilter.Mark, clean, StringComparison.Ordinal);
        Assert.True(removed > 0);
    }

    [Theory]
    [InlineData("n1 etcd[1]: MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2", "MIGHAgEAMBMGByqGSM49")]
    [InlineData("token eyJhbGciOiJSUzI1NiJ9.eyJ1c2VyIjoicm9vdCJ9.c2lnbmF0dXJl", "eyJ1c2VyIjoicm9vdCJ9")]
    [InlineData("simple token ABCDEFGHIJKLMNOP.1234 assigned", "ABCDEFGHIJKLMNOP")]
    public void Remove_KeysAndTokensWithoutAName_AreGone(string text, string secret) =>
        Assert.DoesNotContain(secret, new SecretFilter([]).Remove(text).Text, StringComparison.Ordinal);

    [Fact]
    public void Remove_KnownSecret_IsGoneEverywhere() =>
        Assert.Equal($"a {SecretFilter.Mark} b", new SecretFilter(["plainword"]).Remove("a plainword b").Text);

    [Fact]
    public void Remove_UserOfAUrl_KeepsTheAddress() => Assert.Equal(
        ($"discovery-proxy: http://{SecretFilter.Mark}@proxy:3128", 1),
        new SecretFilter([]).Remove("discovery-proxy: http://ops:hunter2@proxy:3128"));

    [Theory]
    [InlineData("initial-cluster-token: prod-1a2b3c4d5e6f7a8b")]
    [InlineData("ETCD_INITIAL_CLUSTER_TOKEN=\"prod-1a2b\"")]
    [InlineData("auth-token: simple")]
    [InlineData("auth-token-ttl: 300")]
    [InlineData("{\"level\":\"warn\",\"msg\":\"simple token is not cryptographically signed\"}")]
    [InlineData("Error: etcdserver: authentication failed, invalid user ID or password")]
    [InlineData("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token")]
    [InlineData("listen-client-urls: https://10.0.0.1:2379,https://127.0.0.1:2379")]
    [InlineData(
        "{\"level\":\"info\",\"ts\":\"2026-01-31T03:00:00Z\",\"caller\":\"wal/wal.go:1\",\"msg\":\"sha e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    public void Remove_NoSecret_IsKept(string text) => Assert.Equal((text, 0), new SecretFilter([]).Remove(text));
}
