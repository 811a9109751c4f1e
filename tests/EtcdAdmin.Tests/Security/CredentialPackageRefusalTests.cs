using System.Formats.Tar;
using System.IO.Compression;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;

namespace EtcdAdmin.Tests.Security;

/// <summary>Packages from strangers: tampered with, damaged, incomplete.</summary>
public sealed class CredentialPackageRefusalTests : IDisposable
{
    private readonly PackageSample _sample = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _sample.Dispose();

    [Theory]
    [InlineData("http://a:1")]
    [InlineData("a:1")]
    [InlineData("https://a:1,")]
    public async Task ReadAsync_BadEndpoints_Refused(string endpoints)
    {
        string text = $"export ETCDCTL_ENDPOINTS='{endpoints}'\n";
        _sample.WriteArchive([.. _sample.Entries(), PackageSample.Plain("etcd_credentials/env.sh", text)]);

        await AssertRefusedAsync("endpoints");
    }

    [Theory]
    [InlineData("../client.key")]
    [InlineData("/etc/passwd")]
    [InlineData("etcd_credentials/../../x")]
    [InlineData("etcd_credentials\\..\\x")]
    [InlineData("elsewhere/client.key")]
    public async Task ReadAsync_EntryOutsideFolder_Refused(string name)
    {
        _sample.WriteArchive([.. _sample.Entries(), PackageSample.Plain(name, "x")]);

        await AssertRefusedAsync("outside the folder");
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    public async Task ReadAsync_EntryIsNoPlainFile_Refused(TarEntryType type)
    {
        var link = new PaxTarEntry(type, "etcd_credentials/ca.crt");
        if (type is not TarEntryType.Fifo) link.LinkName = "/etc/passwd";
        _sample.WriteArchive([.. _sample.Entries().Skip(1), link]);

        await AssertRefusedAsync("is not a regular file");
    }

    [Theory]
    [InlineData("ca.crt")]
    [InlineData("client.crt")]
    [InlineData("client.key")]
    public async Task ReadAsync_FileMissing_Refused(string name)
    {
        _sample.WriteArchive(_sample.Entries().Where(entry => !entry.Name.EndsWith(name, StringComparison.Ordinal)));

        await AssertRefusedAsync($"the file {name} is missing");
    }

    [Fact]
    public async Task ReadAsync_FileTwice_Refused()
    {
        _sample.WriteArchive([.. _sample.Entries(), _sample.Entries().Last()]);

        await AssertRefusedAsync("twice");
    }

    [Fact]
    public async Task ReadAsync_HugeFile_Refused()
    {
        _sample.WriteArchive([PackageSample.Plain("etcd_credentials/ca.crt", new string('x', 300 << 10)), .. _sample.Entries().Skip(1)]);

        await AssertRefusedAsync("larger than 256 KiB");
    }

    [Fact]
    public async Task ReadAsync_Bomb_RefusedBeforeItIsUnpacked()
    {
        _sample.WriteArchive([.. _sample.Entries(), PackageSample.Plain("etcd_credentials/other", new string('0', 32 << 20))]);
        byte[] bomb = await File.ReadAllBytesAsync(_sample.ArchivePath, Token);
        await File.WriteAllBytesAsync(_sample.ArchivePath, bomb[..(bomb.Length / 2)], Token); // who reads on finds it damaged, not large

        await AssertRefusedAsync("more than 4 MiB");
    }

    [Fact]
    public async Task ReadAsync_KeyOfAnother_ThrowsCertificateInvalid()
    {
        TarEntry key = PackageSample.Plain("etcd_credentials/client.key", _sample.Authority.ExportKeyPem());
        _sample.WriteArchive([.. _sample.Entries().SkipLast(1), key]);

        var error = await Assert.ThrowsAsync<EtcdException>(() => CredentialPackage.ReadAsync(_sample.ArchivePath, null, Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains(_sample.ArchivePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_Expired_ThrowsCertificateInvalid()
    {
        CredentialPackageInfo info = await _sample.Package.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token);

        var error = await Assert.ThrowsAsync<EtcdException>(
            () => CredentialPackage.ReadAsync(info.Path, new FixedClock(info.NotAfter.AddDays(1)), Token));

        Assert.Equal(EtcdErrorIds.CertificateInvalid, error.ErrorId);
        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_Missing_Refused() => await AssertRefusedAsync("cannot be read");

    [Fact]
    public async Task ReadAsync_CutOrFlippedAnywhere_ThrowsOnlyEtcdException()
    {
        await _sample.Package.WriteAsync("prod", _sample.Folder.Path, overwrite: false, null, Token);
        byte[] good = await File.ReadAllBytesAsync(_sample.ArchivePath, Token);
        var random = new Random(7);
        int refused = 0;

        for (int round = 0; round < 300; round++)
        {
            byte[] bad = [.. good];
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            if (round % 3 == 0) bad = bad[..random.Next(bad.Length)];
            await File.WriteAllBytesAsync(_sample.ArchivePath, bad, Token);
            Exception? error = await Record.ExceptionAsync(() => CredentialPackage.ReadAsync(_sample.ArchivePath, null, Token));
            if (error is not null) refused++;
            Assert.True(error is null or EtcdException, $"round {round}: {error}");
        }

        Assert.InRange(refused, 250, 300); // a flipped bit in the gzip header's time stamp, for one, is harmless
    }

    [Fact]
    public async Task ReadAsync_UncompressedTarDamaged_ThrowsOnlyEtcdException()
    {
        var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in _sample.Entries()) await tar.WriteEntryAsync(entry, Token);
        }

        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            byte[] bad = plain.ToArray();
            bad[random.Next(3 * 512)] = (byte)random.Next(256);
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            using (var gzip = new GZipStream(File.Create(_sample.ArchivePath), CompressionLevel.Fastest)) gzip.Write(bad);
            Exception? error = await Record.ExceptionAsync(() => CredentialPackage.ReadAsync(_sample.ArchivePath, null, Token));
            Assert.True(error is null or EtcdException, $"round {round}: {error}");
        }
    }

    private async Task AssertRefusedAsync(string reason)
    {
        var error = await Assert.ThrowsAsync<EtcdException>(() => CredentialPackage.ReadAsync(_sample.ArchivePath, null, Token));
        Assert.Equal(EtcdErrorIds.CredentialPackageInvalid, error.ErrorId);
        Assert.Equal(_sample.ArchivePath, error.Target);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
