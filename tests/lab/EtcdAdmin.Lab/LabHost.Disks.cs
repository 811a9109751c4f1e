using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

public sealed partial class LabHost
{
    private const int MaxDisks = 4; // as many as the base watches, see Base/configure.sh

    /// <summary>Its disks beside that of the system.</summary>
    public IReadOnlyList<LabDisk> Disks => [.. Record.Disks.Select(Show)];

    /// <summary>Plugs an empty disk in; it is there at once, and after a restart.</summary>
    /// <param name="bytes">Its size. Room on this machine is taken by what is written, not by this. XFS wants 300 MiB.</param>
    /// <param name="cancellationToken">Before it is plugged in.</param>
    public async Task<LabDisk> AddDiskAsync(long bytes, CancellationToken cancellationToken)
    {
        HostRecord host = Record;
        if (host.Disks.Count >= MaxDisks) throw new LabException($"The host {Name} has {MaxDisks} disks, which is all it can have.");
        DiskRecord disk = await new LoopDisk(_folder).CreateAsync(host, bytes, cancellationToken);
        await ChangeDisksAsync(disks => [.. disks, disk], cancellationToken);
        return Show(disk);
    }

    /// <summary>Everything on the disk is lost, as with a new one in the place of a broken one. A mounted file system breaks.</summary>
    public async Task LoseDiskAsync(LabDisk disk, CancellationToken cancellationToken)
    {
        await LoopDisk.WipeAsync(Find(disk), cancellationToken);
        await ShowDisksAsync(cancellationToken);
    }

    /// <summary>Plugs a disk out, for good. It must not be mounted.</summary>
    public async Task RemoveDiskAsync(LabDisk disk, CancellationToken cancellationToken)
    {
        DiskRecord record = Find(disk);
        await ChangeDisksAsync(disks => [.. disks.Where(other => other != record)], cancellationToken);
        await LoopDisk.RemoveAsync(record);
    }

    /// <summary>Everything in a directory of the host is lost; the directory stays, and so does what is mounted in it.</summary>
    public async Task LoseFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (!path.StartsWith('/') || path == "/") throw new LabException($"'{path}' is not a directory that a host can lose.");
        await RunOnDiskAsync("""find "$1" -xdev -mindepth 1 -delete""", path, cancellationToken);
    }

    private DiskRecord Find(LabDisk disk) => Record.Disks.FirstOrDefault(record => Show(record) == disk)
        ?? throw new LabException($"The host {Name} has no disk {disk.Path}.");

    private async Task ChangeDisksAsync(
        Func<IReadOnlyList<DiskRecord>, IReadOnlyList<DiskRecord>> change, CancellationToken cancellationToken)
    {
        LabRecord lab = await _store.UpdateAsync(
            record => record.With(Own(record) with { Disks = change(Own(record).Disks) }), cancellationToken);
        await new HostSetup(_folder).WriteDisksAsync(Own(lab), cancellationToken);
        await ShowDisksAsync(cancellationToken);
    }

    private async Task ShowDisksAsync(CancellationToken cancellationToken)
    {
        if (IsOn) await RunAsync("lab-disks", cancellationToken);
    }

    private LabDisk Show(DiskRecord disk) => new(Name, $"/dev/{disk.Name}");
}
