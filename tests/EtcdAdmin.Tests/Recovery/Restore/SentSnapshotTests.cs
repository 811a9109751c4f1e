using System.Security.Cryptography;
using EtcdAdmin.Errors;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Tests.Support;

namespace EtcdAdmin.Tests.Recovery.Restore;

public sealed class SentSnapshotTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => _folder.File("demo.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAsync_WhatWasVerified_SendsIt()
    {
        await File.WriteAllBytesAsync(Path, _content, Token);
        await using SentSnapshot sent = SentSnapshot.Open(Path, Convert.ToHexStringLower(SHA256.HashData(_content)));
        using var received = new MemoryStream();

        await sent.CopyToAsync(received, Token);

        Assert.Equal(_content.Length, sent.Size);
        Assert.Equal(_content, received.ToArray());
    }

    [Fact]
    public async Task ReadAsync_AnotherOfTheSameSize_DoesNotEnd()
    {
        await File.WriteAllBytesAsync(Path, _content, Token);
        string verified = Convert.ToHexStringLower(SHA256.HashData(_content));
        _content[^1] ^= 1;
        await File.WriteAllBytesAsync(Path, _content, Token);
        await using SentSnapshot sent = SentSnapshot.Open(Path, verified);

        var error = await Assert.ThrowsAsync<EtcdException>(() => sent.CopyToAsync(Stream.Null, Token));

        Assert.Equal(EtcdErrorIds.ChecksumMismatch, error.ErrorId);
        Assert.Equal(Path, error.Target);
    }

    [Fact]
    public void Open_Missing_SaysSo() =>
        Assert.Equal(EtcdErrorIds.SnapshotNotFound, Assert.Throws<EtcdException>(() => SentSnapshot.Open(Path, "")).ErrorId);
}
