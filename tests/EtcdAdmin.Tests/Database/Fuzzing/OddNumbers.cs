namespace EtcdAdmin.Tests.Database.Fuzzing;

/// <summary>Numbers that file readers often handle wrongly.</summary>
internal static class OddNumbers
{
    private static readonly ulong[] All =
        [0, 1, 2, 3, 16, 17, 18, 0x7F, 0x80, 0xFF, 0x400, 0xFFFF, 0x10000, int.MaxValue, 0x80000000, uint.MaxValue, long.MaxValue, ulong.MaxValue];

    public static ulong Any(Random random) => All[random.Next(All.Length)];

    /// <summary>Returns a replacement for a number: a close number, a page number, or an unusual number.</summary>
    public static uint Near(uint old, int pages, Random random) => random.Next(5) switch
    {
        0 => old + 1,
        1 => old - 1,
        2 => old + ((uint)random.Next(-8, 9) * 8),
        3 => (uint)random.Next(pages + 2),
        _ => (uint)Any(random),
    };
}
