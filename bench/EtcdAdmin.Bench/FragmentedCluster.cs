using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Spec;

namespace EtcdAdmin.Bench;

/// <summary>A cluster whose databases are half free. Every run begins with the same files.</summary>
internal sealed class FragmentedCluster
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lab _lab;

    private FragmentedCluster(Lab lab, LabCluster installed, Dataset data) => (_lab, Installed, Data) = (lab, installed, data);

    public LabCluster Installed { get; }

    /// <summary>What was loaded, before half of it was deleted.</summary>
    public Dataset Data { get; }

    private IReadOnlyList<MemberSpec> Members => Installed.Cluster.RequireSpec().Members;

    /// <summary>Installs a cluster, loads it, deletes half of the keys and the history, and keeps a copy of its files.</summary>
    public static async Task<FragmentedCluster> PrepareAsync(
        Lab lab, string name, int size, long sizeBytes, int keys, CancellationToken cancellationToken)
    {
        LabCluster installed = await lab.InstallAsync(name, size, cancellationToken);
        Dataset data = await Dataset.LoadAsync(installed.Cluster, sizeBytes, keys, cancellationToken);
        await data.ThinAsync(installed.Cluster, cancellationToken);
        var cluster = new FragmentedCluster(lab, installed, data);
        await cluster.WaitForFreeSpaceAsync(cancellationToken);
        await cluster.StopAsync(cancellationToken);
        foreach (MemberSpec member in cluster.Members) Copy(member.Layout.DataDirectory, cluster.SavedOf(member));
        await cluster.StartAsync(cancellationToken);
        return cluster;
    }

    /// <summary>Gives all members the files of the beginning.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        await StopAsync(cancellationToken);
        foreach (MemberSpec member in Members)
        {
            Directory.Delete(member.Layout.DataDirectory, recursive: true);
            Copy(SavedOf(member), member.Layout.DataDirectory);
        }

        await StartAsync(cancellationToken);
    }

    /// <summary>Throws unless the databases of all members are smaller than at the beginning.</summary>
    public async Task RequireSmallAsync(CancellationToken cancellationToken)
    {
        foreach (MemberStatus status in await StatusesAsync(cancellationToken))
        {
            if (status.DbSizeBytes > Data.DatabaseBytes * 3 / 4) throw new BenchException($"A database still has {status.DbSizeBytes} bytes.");
        }
    }

    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _lab.UninstallAsync(Installed, cancellationToken);
        Directory.Delete(Path.Combine(_lab.Folder, "fragmented", Installed.Name), recursive: true);
    }

    // Only the member that answered has surely removed the history; the others do it in the background.
    private async Task WaitForFreeSpaceAsync(CancellationToken cancellationToken)
    {
        while ((await StatusesAsync(cancellationToken)).Any(status => status.DbSizeInUseBytes > status.DbSizeBytes * 2 / 3))
            await Task.Delay(Pause, cancellationToken);
    }

    private Task<MemberStatus[]> StatusesAsync(CancellationToken cancellationToken) => Task.WhenAll(Installed.Cluster.Endpoints.Select(endpoint =>
        Installed.Cluster.Client.ForEndpoint(endpoint).Maintenance.StatusAsync(cancellationToken)));

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (MemberSpec member in Members) await new MemberOperator(_lab.Context).StopAsync(Installed.Cluster, member.Name, cancellationToken);
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        string[] names = [.. Members.Select(member => member.Name)];
        foreach (MemberStart start in await new MemberOperator(_lab.Context).StartAsync(
            Installed.Cluster, names, StartLimit, names.Length, cancellationToken))
        {
            if (start.Error is { } error) throw new BenchException($"Member {start.Member} did not start: {error.Message}");
        }
    }

    private string SavedOf(MemberSpec member) => Path.Combine(_lab.Folder, "fragmented", Installed.Name, member.Name);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute); // etcd refuses others
        foreach (string folder in Directory.EnumerateDirectories(from)) Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (string file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
