using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Database.V2Store;
using EtcdAdmin.Upgrades.V2Store;

namespace EtcdAdmin.Tests.Upgrades.V2Store;

/// <summary>Requests replayed from a log give the same store as in etcd: each path, value, lifetime and index.</summary>
public sealed class V2ReplayTests
{
    private const int Requests = 400;

    private static readonly string[] Names = ["a", "b", "c", "d"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("3.3", 1, 10_000)]
    [InlineData("3.4", 2, 10_000)]
    [InlineData("3.5", 3, 10_000)]
    [InlineData("3.3", 4, 150)] // with raft snapshots
    public async Task Read_RandomRequests_AreAsInEtcd(string version, int seed, int snapshotCount)
    {
        await using var member = new CarriedMember();
        string count = "--snapshot-count=" + snapshotCount.ToString(CultureInfo.InvariantCulture);
        await member.StartAsync(version, "--enable-v2", count);
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < Requests; i++)
        {
            string request = Request(random, out HttpMethod method, out (string Name, string)[] form);
            if (version == "3.5" && form.Any(field => field.Name == "refresh")) continue; // 3.5 refuses new lifetimes for directories
            if (!await member.TryV2Async(request, method, form)) refused++;
        }

        V2Node listed = (await new V2ApiClient(new EtcdCluster("v2", [member.Endpoint])).ReadAsync("", Token))!; // it has content
        await member.StopAsync();
        V2Node read = await V2Backup.ReadAsync(member.DataDirectory, null, Token);

        Assert.InRange(refused, 1, Requests - 50); // conditions that hold, and conditions that do not
        Assert.Equal(Lines(listed), Lines(read));
    }

    private static string Request(Random random, out HttpMethod method, out (string, string)[] form)
    {
        string path = "/keys/" + string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Names[random.Next(Names.Length)]));
        string value = random.Next(3).ToString(CultureInfo.InvariantCulture);
        string index = random.Next(4, 200).ToString(CultureInfo.InvariantCulture);
        (method, form, string query) = random.Next(14) switch
        {
            0 => (HttpMethod.Put, [("dir", "true")], ""),
            1 => (HttpMethod.Put, [("value", value), ("ttl", "5000")], ""),
            2 => (HttpMethod.Put, [("dir", "true"), ("ttl", "6000")], ""),
            3 => (HttpMethod.Put, [("value", value)], "?prevExist=true"),
            4 => (HttpMethod.Put, [("value", value)], "?prevExist=false"),
            5 => (HttpMethod.Put, [("value", value)], "?prevValue=1"),
            6 => (HttpMethod.Put, [("value", value)], "?prevIndex=" + index),
            7 => (HttpMethod.Put, [("ttl", "7000"), ("refresh", "true")], "?prevExist=true"),
            8 => (HttpMethod.Post, [("value", value)], ""),
            9 => (HttpMethod.Delete, [], ""),
            10 => (HttpMethod.Delete, [], random.Next(2) == 0 ? "?dir=true" : "?recursive=true"),
            11 => (HttpMethod.Delete, Array.Empty<(string, string)>(), "?prevValue=1"),
            12 => (HttpMethod.Put, [("value", value), ("ttl", "1")], "?prevExist=false"), // may expire before the end
            _ => (HttpMethod.Put, [("value", value)], ""),
        };
        return path + query;
    }

    private static string[] Lines(V2Node root) =>
    [
        .. root.Walk().Where(found => found.Path.Length > 0).Select(found => string.Create(CultureInfo.InvariantCulture,
            $"{found.Path} {(found.Node.IsDirectory ? "dir" : found.Node.Value)} {found.Node.CreatedIndex} {found.Node.ModifiedIndex} "
            + $"{found.Node.ExpireTime:O}")),
    ];
}
