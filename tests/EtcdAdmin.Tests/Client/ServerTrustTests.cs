using EtcdAdmin.Client.Errors;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Quorum;
using EtcdAdmin.Tests.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

/// <summary>Which certificates of servers are trusted: exactly those that etcdctl trusts; and what is said of the others.</summary>
public sealed class ServerTrustTests(SwapServer swap) : IClassFixture<SwapServer>
{
    public static TheoryData<string> Cases => [.. ServerTrustCases.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Calls_CertificatesOfTheServer_AreJudgedAsEtcdctlJudgesThem(string name)
    {
        ServerTrustCase item = ServerTrustCases.All[name];
        using var client = new TestCertificate(new TestCertificateSpec("client") { Issuer = swap.Root });
        swap.Show(item.Server);

        EtcdRpcException? error = await swap.AskAsync(item.Authorities, client.Pem, client.KeyPem);
        (bool etcdctlWorks, string said) = await swap.AskEtcdctlAsync(item.Authorities, client.Pem, client.KeyPem, item.Refused is null);

        Assert.True(etcdctlWorks == item.Refused is null, "etcdctl: " + said);
        Assert.True(error is null == item.Refused is null, error?.ToString() ?? "It was trusted.");
        if (error is null || item.Refused is null) return;
        Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
        Assert.True(error.NotApplied);
        string text = error.Message + " " + error.NextStep;
        Assert.All(item.Refused, part => Assert.Contains(part, text, StringComparison.Ordinal));
        if (item.Authorities.Length > 0 && text.Contains("not trusted", StringComparison.Ordinal))
            Assert.Contains("my/ca.crt", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-31, "is not valid before", ", 20 days earlier")]
    [InlineData(300, "expired on", ", 200 days later")]
    public async Task Calls_ClockOfThisMachineIsWrong_SayWhatItSaysAndTheDifference(int days, string reason, string difference)
    {
        using var root = new TestCertificate(TestCertificate.Root("root"));
        using var server = new TestCertificate(new TestCertificateSpec("server") { Issuer = root });
        using var client = new TestCertificate(new TestCertificateSpec("client")
        { Issuer = swap.Root, NotBefore = DateTimeOffset.UtcNow.AddYears(-1), NotAfter = DateTimeOffset.UtcNow.AddYears(2) });
        swap.Show(server);
        DateTimeOffset wrong = DateTimeOffset.UtcNow.AddDays(days);

        EtcdRpcException? error = await swap.AskAsync(root.Pem, client.Pem, client.KeyPem, new FixedClock(wrong));

        Assert.Contains(reason, error?.Message, StringComparison.Ordinal);
        Assert.Contains($"this machine's clock says {wrong:yyyy-MM-dd HH:mm}", error?.Message, StringComparison.Ordinal);
        Assert.Contains(difference, error?.Message, StringComparison.Ordinal);
        Assert.Contains("date -u", error?.NextStep, StringComparison.Ordinal);
    }
}
