using EtcdAdmin.Lab.Machines;
using EtcdAdmin.Lab.Network;
using EtcdAdmin.Lab.State;

namespace EtcdAdmin.Lab;

public sealed partial class LabHost
{
    /// <summary>
    /// Cuts it off: frames vanish silently, both ways, as with a broken switch; its own interface stays up.
    /// </summary>
    /// <param name="from">Names of hosts, or <see cref="HostLab.Operator"/>; null cuts it off from everybody. Adds to earlier cuts.</param>
    /// <param name="cancellationToken">Before the cut is made.</param>
    public Task PartitionAsync(IReadOnlyList<string>? from = null, CancellationToken cancellationToken = default) =>
        CutAsync(lab =>
        {
            string[] cut = [.. from ?? [HostLab.Everybody]];
            if (cut.FirstOrDefault(name => name is not (HostLab.Everybody or HostLab.Operator) && lab.Hosts.All(host => host.Name != name)) is { } unknown)
            {
                throw new LabException($"The lab '{lab.Name}' has no host '{unknown}'.");
            }

            return lab.With(Own(lab) with { CutFrom = [.. Own(lab).CutFrom.Union(cut)] });
        }, cancellationToken);

    /// <summary>Ends every cut between it and others, whichever side it was made from.</summary>
    public Task HealAsync(CancellationToken cancellationToken = default) =>
        CutAsync(lab => lab with
        {
            Hosts = [.. lab.Hosts.Select(host => host with { CutFrom = host.Name == Name ? [] : [.. host.CutFrom.Where(other => other != Name)] })],
        }, cancellationToken);

    /// <summary>Holds everything that is sent to it for a while, so that each answer takes that much longer.</summary>
    /// <param name="delay">Zero ends it.</param>
    /// <param name="cancellationToken">Before it is slow.</param>
    public async Task SlowAsync(TimeSpan delay, CancellationToken cancellationToken = default)
    {
        var cable = new SlowCable(_folder, Record, _names);
        await cable.RemoveAsync();
        ProcessIdentity? line = delay > TimeSpan.Zero ? await cable.InsertAsync(delay, cancellationToken) : null;
        await _store.UpdateAsync(lab => lab.With(Own(lab) with { DelayLine = line }), CancellationToken.None);
    }

    /// <summary>Leaves no room on a file system.</summary>
    /// <param name="mountPoint">Where it is mounted; the system disk unless told.</param>
    /// <param name="cancellationToken">Ends the filling.</param>
    public Task FillDiskAsync(string mountPoint = "/", CancellationToken cancellationToken = default) =>
        mountPoint == "/" ? new SystemDisk(_folder, Record).FillAsync(cancellationToken) : RunOnDiskAsync(
            """
            free=$(stat -f -c '%a %S' "$1") && fallocate -l $((${free% *} * ${free#* })) "$1/.lab-filler"
            dd if=/dev/zero bs=64k oflag=append conv=notrunc of="$1/.lab-filler" 2>/dev/null
            sync -f "$1"
            """, mountPoint, cancellationToken);

    /// <summary>Gives the room back that <see cref="FillDiskAsync"/> took.</summary>
    public Task FreeDiskAsync(string mountPoint = "/", CancellationToken cancellationToken = default) =>
        mountPoint == "/"
            ? new SystemDisk(_folder, Record).FreeAsync(cancellationToken)
            : RunOnDiskAsync("""rm -f "$1/.lab-filler" """, mountPoint, cancellationToken);

    /// <summary>
    /// Lets the clock go wrong for everything that is run through ssh, also with sudo; zero makes it right again. The kernel's clock
    /// is the machine's, so it is the C library that lies: etcd, like every Go program, does not ask it and keeps the right time.
    /// Services and <see cref="RunAsync"/> keep it too.
    /// </summary>
    public Task ShiftClockAsync(TimeSpan offset, CancellationToken cancellationToken = default) =>
        FakeClock.SetAsync(RootPath, offset, cancellationToken);

    /// <summary>Gives its sshd new keys. The lab's known_hosts has the old ones until <see cref="TrustHostKeysAsync"/>.</summary>
    public Task ReplaceHostKeysAsync(CancellationToken cancellationToken = default) =>
        new HostSetup(_folder).MakeHostKeyAsync(Name, cancellationToken); // sshd reads them with every connection

    /// <summary>Writes the keys that all hosts have now into the lab's known_hosts.</summary>
    public Task TrustHostKeysAsync(CancellationToken cancellationToken = default) =>
        SshFiles.WriteAsync(_folder, _store.Read(), cancellationToken);

    private Task CutAsync(Func<LabRecord, LabRecord> change, CancellationToken cancellationToken) =>
        _store.UpdateAsync(change, cancellationToken, lab => Cuts.ApplyAsync(lab, cancellationToken));

    private HostRecord Own(LabRecord lab) => lab.Hosts.Single(host => host.Name == Name);

    private async Task RunOnDiskAsync(string script, string mountPoint, CancellationToken cancellationToken)
    {
        CommandResult result = await HostNamespaces.RunAsync(FindInit(), script, [mountPoint], cancellationToken);
        if (!result.Succeeded) throw new LabException($"The disk at {mountPoint} of host {Name}: {result.Error}");
    }
}
