using EtcdAdmin.Lab;

namespace EtcdAdmin.Tests.Support;

/// <summary>An empty disk of a lab host for one test. Made before the cluster, it is plugged out after that is gone from it.</summary>
internal sealed class TestDisk : IAsyncDisposable
{
    private readonly LabHost _host;
    private readonly LabDisk _disk;

    private TestDisk(LabHost host, LabDisk disk) => (_host, _disk) = (host, disk);

    /// <summary>For instance <c>/dev/vdb</c>.</summary>
    public string Path => _disk.Path;

    public static async Task<TestDisk> PlugInAsync(HostLabFixture lab, string host, long megabytes = 1024)
    {
        LabHost found = (await lab.GetAsync())[host];
        return new TestDisk(found, await found.AddDiskAsync(megabytes << 20, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync() => await _host.RemoveDiskAsync(_disk, CancellationToken.None);
}
