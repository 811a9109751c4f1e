using EtcdAdmin.Lab;

namespace EtcdAdmin.Tests.Support;

/// <summary>Three real hosts n1, n2 and n3, brought up once, when the first test asks. Tests leave them as they found them.</summary>
public sealed class HostLabFixture : IAsyncDisposable
{
    private readonly Lazy<Task<HostLab>> _lab = new(StartAsync);

    /// <summary>The lab; skips the test where there can be none.</summary>
    /// <remarks>It is not the caller's token that stops the start: others may wait for the same lab.</remarks>
    public Task<HostLab> GetAsync()
    {
        Assert.SkipWhen(HostLab.SkipReason is not null, HostLab.SkipReason ?? "");
        return _lab.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) await (await _lab.Value).DisposeAsync();
    }

    private static async Task<HostLab> StartAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15)); // a first run makes the base system
        return await HostLab.StartAsync(new HostLabOptions(), limit.Token);
    }
}

/// <summary>Tests on real hosts share a lab, and so come one after another; those of the other labs run meanwhile.</summary>
[CollectionDefinition(Name)]
public sealed class SharedHostLab : ICollectionFixture<HostLabFixture>
{
    public const string Name = "Host lab";
}

/// <summary>A second lab: much of the time is spent waiting for what has been cut off.</summary>
[CollectionDefinition(Name)]
public sealed class FaultsHostLab : ICollectionFixture<HostLabFixture>
{
    public const string Name = "Host lab for faults";
}

/// <summary>A third one, whose hosts get disks.</summary>
[CollectionDefinition(Name)]
public sealed class StorageHostLab : ICollectionFixture<HostLabFixture>
{
    public const string Name = "Host lab for storage";
}

/// <summary>A fourth one, whose clusters change their versions and owners.</summary>
[CollectionDefinition(Name)]
public sealed class VersionsHostLab : ICollectionFixture<HostLabFixture>
{
    public const string Name = "Host lab for versions";
}
