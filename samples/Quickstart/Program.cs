// The main tasks with the core library: install a cluster, check its health, write keys, save a snapshot, restore it into another
// cluster, and compare both clusters. All files are in a temporary folder, which is deleted at the end.
using System.Globalization;
using EtcdAdmin;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Deployment.Install;
using EtcdAdmin.Deployment.Uninstall;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Plans;
using EtcdAdmin.Provisioning;
using EtcdAdmin.Recovery.Restore;
using EtcdAdmin.Snapshots;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

// The clusters have a temporary home folder. etcd itself is taken from, and downloaded to, the user's package cache.
string folder = Directory.CreateTempSubdirectory("etcdadmin-quickstart-").FullName;
var context = new AdminContext(new EtcdAdminHome(folder, EtcdAdminHome.Resolve().PackagesPath));
var events = new ConsoleEvents();

try
{
    EtcdCluster demo = await InstallAsync("demo", size: 3);
    ClusterHealth health = await new HealthChecker(context).CheckAsync(demo, new HealthOptions { CheckHash = true }, stop.Token);
    Say(health.Summary);
    foreach (EtcdHealth member in health.Members) Say($"  {member.Member,-8} {member.Endpoint} {member.Reason}, etcd {member.RunningVersion}");

    for (int i = 1; i <= 1000; i++) await demo.Client.Kv.PutAsync($"/app/k{i}", $"v{i}", cancellationToken: stop.Token);
    Say($"Wrote {await demo.Client.Kv.CountAsync(KeyRange.Prefix("/app/"), cancellationToken: stop.Token)} keys.");

    var save = new SaveSnapshotRequest { Destination = Path.Combine(folder, "backups") };
    EtcdSnapshot snapshot = await new SnapshotSaver(context).SaveAsync(demo, save, events, stop.Token);
    Say($"Saved {snapshot.Path}: {snapshot.Size} bytes, revision {snapshot.Revision}, {snapshot.TotalKeys} keys, sha256 {snapshot.Sha256}");

    EtcdCluster copy = await InstallAsync("copy", size: 1);
    await using RestoreSource source = await RestoreSource.OpenAsync(snapshot.Path, copy, secrets: null, skipHashCheck: false, events, stop.Token);
    var request = new RestoreRequest { Version = snapshot.Version };
    Operation<EtcdRestore> restore = await new SnapshotRestorer(context).PlanAsync(copy, source, request, stop.Token);
    foreach (PlanStep step in restore.Plan.Steps) Say($"  {step}");
    EtcdRestore restored = await restore.RunAsync(events, stop.Token);
    Say(restored.ToString());

    int compared = await CompareAsync(demo, restored.Cluster);
    Say(string.Create(CultureInfo.InvariantCulture, $"Compared: all {compared} keys are the same in both clusters."));
    return 0;
}
catch (EtcdException e)
{
    Console.Error.WriteLine($"{e.ErrorId}: {e.Message} {e.NextStep}");
    return 1;
}
finally
{
    foreach (string name in context.Profiles.Names())
    {
        EtcdCluster cluster = await context.Profiles.LoadAsync(name, CancellationToken.None);
        await (await new ClusterUninstaller(context).PlanAsync(cluster, new UninstallRequest { RemoveData = true }, CancellationToken.None)).RunAsync(
            events, CancellationToken.None);
    }

    Directory.Delete(folder, recursive: true);
    Say("Uninstalled.");
}

async Task<EtcdCluster> InstallAsync(string name, int size)
{
    Operation<EtcdCluster> install = await new ClusterInstaller(context).PlanAsync(new InstallRequest { Name = name, Size = size }, stop.Token);
    EtcdCluster cluster = await install.RunAsync(events, stop.Token);
    Say($"Installed cluster {name}: etcd {cluster.Spec?.Version} with {size} member(s) over TLS.");
    return cluster;
}

async Task<int> CompareAsync(EtcdCluster left, EtcdCluster right)
{
    await using IAsyncEnumerator<EtcdKeyValue> other =
        right.Client.Kv.RangeAsync(KeyRange.All, cancellationToken: stop.Token).GetAsyncEnumerator(stop.Token);
    int count = 0;
    await foreach (EtcdKeyValue item in left.Client.Kv.RangeAsync(KeyRange.All, cancellationToken: stop.Token))
    {
        if (!await other.MoveNextAsync() || other.Current.KeyText != item.KeyText || other.Current.ValueText != item.ValueText)
            throw new InvalidOperationException($"The clusters differ at key {item.KeyText}.");
        count++;
    }

    return await other.MoveNextAsync() ? throw new InvalidOperationException("The copy has more keys.") : count;
}

static void Say(string text) => Console.WriteLine(text);

/// <summary>Shows warnings and messages, for instance about downloads. A real program would show a progress bar.</summary>
internal sealed class ConsoleEvents : IProgress<EtcdEvent>
{
    public void Report(EtcdEvent value)
    {
        if (value is WarningEvent warning) Console.Error.WriteLine($"Warning: {warning.Text}");
        else if (value is MessageEvent message) Console.WriteLine($"  … {message.Text}");
    }
}
