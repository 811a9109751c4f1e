using System.Text.RegularExpressions;
using EtcdAdmin.Diagnosis.Signatures;
using EtcdAdmin.Errors;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Diagnosis;

/// <summary>The list of known errors, and what it says about lines and exceptions.</summary>
public sealed partial class SignatureTests
{
    public static TheoryData<string, string> Samples =>
        [.. SampleLines.All.Select(sample => new TheoryDataRow<string, string>(sample.Signature, sample.Line))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Add_LineOfAKnownError_IsNamed(string signature, string line)
    {
        foreach (string prefix in new[] { "", "Nov 30 08:00:00 n1 etcd[812]: ", "2026-01-31T03:00:00.123456+0000 n1 etcd[812]: " })
        {
            var log = new LogDiagnosis();
            log.Add(prefix + line);
            Assert.Equal(signature, Assert.Single(log.Found).Signature);
        }
    }

    [Fact]
    public void All_IsComplete()
    {
        IReadOnlyList<EtcdErrorSignature> all = SignatureTable.All;

        Assert.True(all.Count >= 40, $"Only {all.Count}.");
        Assert.Equal(all.Count, all.Select(signature => signature.Id).Distinct().Count());
        Assert.Empty(all.Select(signature => signature.Id).Except(SampleLines.All.Select(sample => sample.Signature)));
        foreach (EtcdErrorSignature signature in all)
        {
            Assert.All(new[] { signature.Versions, signature.Meaning, signature.Cause, signature.Command, signature.Source },
                text => Assert.False(string.IsNullOrWhiteSpace(text), signature.Id));
            Assert.False(signature.Matches(""), signature.Id);
        }
    }

    [Fact]
    public void Commands_AreInTheManifest()
    {
        string manifest = File.ReadAllText(Repository.PathOf("EtcdAdmin.psd1"));

        string[] named = [.. SignatureTable.All.SelectMany(signature => Cmdlet().Matches(signature.Command).Select(match => match.Value)).Distinct()];

        Assert.True(named.Length > 20, $"Only {named.Length}.");
        Assert.All(named, name => Assert.Contains($"'{name}'", manifest, StringComparison.Ordinal));
    }

    [Fact]
    public void Add_SeveralLines_CountsWithFirstAndLastTime()
    {
        var log = new LogDiagnosis("etcd.log");
        log.Add("""{"level":"warn","ts":"2026-01-31T03:00:00.5Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"1.5s"}""");
        log.Add("""{"level":"info","ts":"2026-01-31T03:00:30.5Z","caller":"x.go:1","msg":"compacted Raft logs"}""");
        log.Add("""{"level":"warn","ts":1769828460.25,"caller":"wal/wal.go:805","msg":"slow fdatasync","took":"2.5s"}""");

        EtcdErrorDiagnosis found = Assert.Single(log.Found);

        Assert.Equal((2, 3, "etcd.log"), (found.Count, found.LineNumber, found.Path));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 3, 0, 0, 500, TimeSpan.Zero), found.FirstTime);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1769828460250), found.LastTime);
        Assert.Contains("2.5s", found.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_Exceptions_LooksAtCausesAndKnowsItsOwn()
    {
        var cause = new InvalidOperationException("rpc error: etcdserver: request is too large");
        Assert.Equal("request-too-large", LogDiagnosis.Explain(new IOException("outer", cause))?.Signature);

        var own = new EtcdException(EtcdErrorIds.HostUnknown, "No host n9.") { NextStep = "Use Get-EtcdHost." };
        EtcdErrorDiagnosis? explained = LogDiagnosis.Explain(own);
        Assert.Equal((EtcdErrorIds.HostUnknown, "Use Get-EtcdHost."), (explained?.Signature, explained?.Command));

        Assert.Null(LogDiagnosis.Explain(new InvalidOperationException("something else")));
    }

    [GeneratedRegex(@"\b[A-Z][a-z]+-Etcd\w+")]
    private static partial Regex Cmdlet();
}
