using System.Collections;
using System.Text.Json;
using EtcdAdmin.Deployment.Files;
using EtcdAdmin.Provisioning.Files;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using YamlDotNet.Serialization;

namespace EtcdAdmin.Tests.Deployment.Files;

public sealed class SpecValuesTests
{
    private static readonly ISerializer Yaml = new SerializerBuilder().WithQuotingNecessaryStrings()
        .WithEventEmitter(next => new ControlCharacterQuoting(next)).Build();

    [Theory]
    [InlineData("500ms", 500.0)]
    [InlineData("5s", 5_000.0)]
    [InlineData("1.5S", 1_500.0)]
    [InlineData("1h1m1s1ms", 3_661_001.0)]
    [InlineData("2d", 172_800_000.0)]
    [InlineData("00:01:30", 90_000.0)]
    [InlineData("1.00:00:00.5", 86_400_500.0)]
    [InlineData("5", null)]
    [InlineData("0s", null)]
    [InlineData("-5s", null)]
    [InlineData("5 s", null)]
    [InlineData("5y", null)]
    [InlineData("999999999999d", null)]
    [InlineData("", null)]
    public void Duration_Text_IsReadOnlyWithItsUnit(string text, double? milliseconds) =>
        Assert.Equal(milliseconds, SpecValues.Duration(text)?.TotalMilliseconds);

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("2147483648", 2147483648L)]
    [InlineData("2GB", 2147483648L)]
    [InlineData("2 gib", 2147483648L)]
    [InlineData("512MiB", 536870912L)]
    [InlineData("1.5KB", 1536L)]
    [InlineData("7B", 7L)]
    [InlineData("0.1B", null)]
    [InlineData("9000000TB", null)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("-1", null)]
    [InlineData("1e9", null)]
    [InlineData("GB", null)]
    public void Size_Text_IsBytes(string text, long? bytes) => Assert.Equal(bytes, SpecValues.Size(text));

    [Property(MaxTest = 500)]
    public Property Read_AnyText_ComesBackUnchangedFromEveryFormat() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyString>(),
        text =>
        {
            // No file can hold a lone surrogate; everything else must survive, whatever it looks like.
            string odd = "x" + string.Concat(text.Get.Where(c => !char.IsSurrogate(c))) + "\u00e9\U0001f600";
            var tree = new Dictionary<string, object>
            {
                ["name"] = odd,
                ["hosts"] = new object[] { new Dictionary<string, object> { ["hostName"] = "n1", ["address"] = odd } },
                ["tuning"] = new Dictionary<string, object> { ["extra"] = new Dictionary<string, object> { [odd] = odd } },
            };

            ClusterFile[] read =
            [
                Map(YamlSpec.Read(Yaml.Serialize(tree), "/c.yaml")),
                Map(JsonSpec.Read(JsonSerializer.SerializeToUtf8Bytes(tree), "/c.json")),
                ClusterFile.From((IDictionary)tree, "/c.psd1"),
            ];

            return read.All(file => file.Name == odd && file.Hosts[0].Address == odd && (string?)file.Tuning.Extra?[odd] == odd);
        });

    private static ClusterFile Map(SpecNode root) => new ClusterFileMapper("/c").Map(root);
}
