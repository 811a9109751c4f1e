using EtcdAdmin.Text;

namespace EtcdAdmin.Tests.Text;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(-150, "2 min 30 s")]
    [InlineData(7200, "2 h")]
    [InlineData(90000, "1 day 1 h")]
    [InlineData(864000 + 7200, "10 days")]
    public void Show_Durations_HaveTheirTwoLargestUnits(int seconds, string expected) =>
        Assert.Equal(expected, DurationText.Show(TimeSpan.FromSeconds(seconds)));
}
