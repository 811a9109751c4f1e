using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Client;

/// <summary>What a client shows of itself, and what is said where that is wrong.</summary>
public sealed class ClientCertificateTests(SwapServer swap) : IClassFixture<SwapServer>
{
    [Fact]
    public async Task Calls_IntermediatesInTheCertificateFile_AreSentAsEtcdctlSendsThem()
    {
        using var middle = new TestCertificate(TestCertificate.Intermediate("clients' middle", swap.Root));
        using var lower = new TestCertificate(TestCertificate.Intermediate("clients' lower", middle));
        using var byMiddle = new TestCertificate(new TestCertificateSpec("a") { Issuer = middle });
        using var byLower = new TestCertificate(new TestCertificateSpec("b") { Issuer = lower });
        using var foreign = new TestCertificate(TestCertificate.Root("foreign"));
        using var oldMiddle = new TestCertificate(
            TestCertificate.Intermediate("clients' middle", swap.Root) with { Key = middle.Key, NotAfter = DateTimeOffset.UtcNow.AddDays(-1) });
        using var crossed = new TestCertificate(TestCertificate.Intermediate("clients' middle", foreign) with { Key = middle.Key });
        (string Name, TestCertificate Leaf, string File, bool Works)[] cases =
        [
            ("intermediate", byMiddle, byMiddle.Pem + middle.Pem, true),
            ("intermediate and root", byMiddle, byMiddle.Pem + middle.Pem + swap.Root.Pem, true),
            ("two intermediates", byLower, byLower.Pem + lower.Pem + middle.Pem, true),
            ("two intermediates in the wrong order", byLower, byLower.Pem + swap.Root.Pem + middle.Pem + lower.Pem, true),
            ("something foreign between", byMiddle, byMiddle.Pem + foreign.Pem + middle.Pem, true),
            ("CRLF and comments", byMiddle, ("# me\n" + byMiddle.Pem + "\n# above\n"
                + middle.Pem).Replace("\n", "\r\n", StringComparison.Ordinal), true),
            ("expired and renewed intermediate", byMiddle, byMiddle.Pem + oldMiddle.Pem + middle.Pem, true),
            ("renewed and expired intermediate", byMiddle, byMiddle.Pem + middle.Pem + oldMiddle.Pem, true),
            ("cross-signed, the foreign one first", byMiddle, byMiddle.Pem + crossed.Pem + middle.Pem, true),
            ("cross-signed, the foreign one with its root", byMiddle, byMiddle.Pem + crossed.Pem + foreign.Pem + middle.Pem, true),
            ("no intermediate", byMiddle, byMiddle.Pem, false),
            ("one of two", byLower, byLower.Pem + lower.Pem, false),
        ];

        foreach ((string name, TestCertificate leaf, string file, bool works) in cases)
        {
            EtcdRpcException? error = await swap.AskAsync(swap.Root.Pem, file, leaf.KeyPem);
            (bool etcdctlWorks, string said) = await swap.AskEtcdctlAsync(swap.Root.Pem, file, leaf.KeyPem, works);

            Assert.True(etcdctlWorks == works, $"{name}: etcdctl: {said}");
            Assert.True(error is null == works, $"{name}: {error}");
            if (error is null) continue;
            Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
            Assert.Contains(
                $"'{leaf.Certificate.Subject}' in 'my/client.crt', issued by '{leaf.Certificate.Issuer}'", error.Message, StringComparison.Ordinal);
            Assert.Contains("--trusted-ca-file", error.NextStep, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("expired", "('CN=me') expired on", "new client certificate")]
    [InlineData("future", "('CN=me') is not valid before", "date -u")]
    [InlineData("server only", "('CN=me') is not issued for clients (its extended key usage: serverAuth)", "extended key usage clientAuth")]
    public async Task Calls_CertificateThatNoServerTakes_FailBeforeAnythingIsDialled(string kind, string reason, string nextStep)
    {
        var spec = new TestCertificateSpec("me") { Issuer = swap.Root };
        using var mine = new TestCertificate(kind switch
        {
            "expired" => spec with { NotAfter = DateTimeOffset.UtcNow.AddMinutes(-5) },
            "future" => spec with { NotBefore = DateTimeOffset.UtcNow.AddHours(1) },
            _ => spec with { Purposes = [TestCertificate.ServerAuth] },
        });
        using var client = new EtcdClient(new EtcdClientOptions
        {
            Endpoints = [new Uri($"https://127.0.0.1:{FreePorts.Take(1)[0]}")], // nobody there
            Tls = EtcdTls.FromPem(swap.Root.Pem, mine.Pem, mine.KeyPem, sources: new EtcdTlsSources("my/ca.crt", "my/client.crt", "my/client.key")),
        });

        var error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.GetAsync("k", TestContext.Current.CancellationToken));

        Assert.Equal(EtcdErrorIds.TlsFailed, error.ErrorId);
        Assert.True(error.NotApplied);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("'my/client.crt'", error.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, error.NextStep, StringComparison.Ordinal);
        (bool works, string said) = await swap.AskEtcdctlAsync(swap.Root.Pem, mine.Pem, mine.KeyPem, expected: false);
        Assert.False(works, said);
    }

    [Fact]
    public async Task Calls_ServerRefusesTheCertificate_SayWhichAlertAndWhy()
    {
        using var other = new TestCertificate(TestCertificate.Root("other"));
        using var foreign = new TestCertificate(new TestCertificateSpec("foreign") { Issuer = other });
        using var oldMiddle = new TestCertificate(
            TestCertificate.Intermediate("old", swap.Root) with { NotAfter = DateTimeOffset.UtcNow.AddDays(-1) });
        using var byOld = new TestCertificate(new TestCertificateSpec("by old") { Issuer = oldMiddle });

        EtcdRpcException? unknown = await swap.AskAsync(swap.Root.Pem, foreign.Pem, foreign.KeyPem);
        EtcdRpcException? expired = await swap.AskAsync(swap.Root.Pem, byOld.Pem + oldMiddle.Pem, byOld.KeyPem);

        Assert.Matches("'CN=foreign' in 'my/client.crt', issued by 'CN=other'.*\\(alert: (bad certificate|unknown CA)\\)", unknown?.Message);
        Assert.Contains("--trusted-ca-file", unknown?.NextStep, StringComparison.Ordinal);
        Assert.Matches("'CN=by old'.*\\(alert: (bad certificate|certificate expired)\\)", expired?.Message);
    }

    [Theory]
    [InlineData("expired", "lower", "('CN=lower') expired on ", "replace that authority's certificate in the file")]
    [InlineData("expired, and the root in the file", "lower", "('CN=lower') expired on ", "replace that authority's certificate in the file")]
    [InlineData("future", "lower", "('CN=lower') is not valid before ", "date -u")]
    [InlineData("upper expired", "upper", "('CN=upper') expired on ", "replace that authority's certificate in the file")]
    [InlineData("renewed beside the expired, of a foreign root", null, "issued by 'CN=lower'", "--trusted-ca-file")]
    public async Task Calls_AuthorityInTheCertificateFileIsNotValid_NameItWithItsDates(string kind, string? culprit, string reason, string nextStep)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var foreign = new TestCertificate(TestCertificate.Root("foreign"));
        using var upper = new TestCertificate(
            TestCertificate.Intermediate("upper", swap.Root) with { NotAfter = now.AddDays(culprit == "upper" ? -1 : 100) });
        TestCertificateSpec spec = TestCertificate.Intermediate("lower", culprit is null ? foreign : upper);
        using var lower = new TestCertificate(kind switch
        {
            "future" => spec with { NotBefore = now.AddDays(1) },
            "upper expired" => spec,
            _ => spec with { NotAfter = now.AddDays(-1) },
        });
        using var renewed = new TestCertificate(spec with { Key = lower.Key });
        using var mine = new TestCertificate(new TestCertificateSpec("mine") { Issuer = lower });
        string file = mine.Pem + lower.Pem + upper.Pem + (kind.EndsWith("the file", StringComparison.Ordinal) ? swap.Root.Pem : "")
            + (culprit is null ? renewed.Pem : "");

        EtcdRpcException? error = await swap.AskAsync(swap.Root.Pem, file, mine.KeyPem);

        Assert.Equal(EtcdErrorIds.TlsFailed, error?.ErrorId);
        Assert.Contains("'CN=mine' in 'my/client.crt'", error?.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error?.Message, StringComparison.Ordinal);
        Assert.Contains(nextStep, error?.NextStep, StringComparison.Ordinal);
        if (culprit is null) Assert.DoesNotContain("expired on", error?.Message, StringComparison.Ordinal);
        Assert.False((await swap.AskEtcdctlAsync(swap.Root.Pem, file, mine.KeyPem, expected: false)).Works);
    }

    [Fact]
    public async Task Calls_KeyThatTheTlsLibraryDoesNotUse_SayHowLongItMustBe()
    {
        using var key = RSA.Create(1024);
        var request = new CertificateRequest("CN=short", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(TestCertificate.ClientAuth)], critical: false));
        using X509Certificate2 mine = request.Create(
            swap.Root.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(swap.Root.Key), DateTimeOffset.UtcNow.AddDays(-1),
                DateTimeOffset.UtcNow.AddDays(9), [0x40, 1]);

        EtcdRpcException? error = await swap.AskAsync(swap.Root.Pem, mine.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());

        // Where the library is set up to use such keys, etcd takes it.
        if (error is null) return;
        Assert.Contains("'my/client.crt': its RSA key has 1024 bits, but needs at least 2048", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_CertificateIsRevoked_SayWhereToLook()
    {
        using var mine = new TestCertificate(new TestCertificateSpec("gone") { Issuer = swap.Root });
        using var folder = new TempFolder();
        var list = new CertificateRevocationListBuilder();
        list.AddEntry(mine.Certificate);
        await File.WriteAllBytesAsync(folder.File("crl"), list.Build(
            swap.Root.Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(swap.Root.Key), 1, DateTimeOffset.UtcNow.AddDays(1),
            HashAlgorithmName.SHA256,
                X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
                    new X509SubjectKeyIdentifierExtension(swap.Root.Certificate.PublicKey, critical: false))), TestContext.Current.CancellationToken);
        using var authority = CertificateAuthority.Load(swap.Root.Pem, swap.Root.KeyPem);
        await using EtcdServer server = await EtcdServer.StartAsync(
            "3.5", new EtcdServerOptions { Authority = authority, Arguments = ["--client-crl-file", folder.File("crl")] });
        using EtcdClient client = server.Connect(o => o with { Tls = EtcdTls.FromPem(swap.Root.Pem, mine.Pem, mine.KeyPem), Retry = false });

        var error = await Assert.ThrowsAsync<EtcdRpcException>(() => client.Kv.GetAsync("k", TestContext.Current.CancellationToken));

        Assert.Equal(EtcdErrorIds.ConnectionLost, error.ErrorId);
        Assert.Contains("client-crl-file", error.NextStep, StringComparison.Ordinal);
        Assert.Contains("'CN=gone'", error.Message, StringComparison.Ordinal);
    }
}
